package faq

import (
	"strings"
)

// render writes blocks as Markdown: paragraphs, lists with the numbers of the source, tables, and the labels inside a
// section in bold.
func render(blocks []block) string {
	var b strings.Builder
	for i, block := range blocks {
		if i > 0 {
			b.WriteString("\n")
			if block.kind != blocks[i-1].kind || block.kind == paragraph || block.kind == subheading {
				b.WriteString("\n")
			}
		}
		switch block.kind {
		case item:
			b.WriteString(strings.Repeat("   ", min(block.depth, 4)) + listMarker(block) + block.text)
		case row:
			first := i == 0 || blocks[i-1].kind != row
			b.WriteString(tableRow(block.text, first))
		case subheading:
			b.WriteString("**" + block.text + "**")
		default:
			b.WriteString(escapeStart(block.text))
		}
	}
	return b.String()
}

func listMarker(b block) string {
	if b.marker != "" && b.marker[0] >= '0' && b.marker[0] <= '9' {
		return b.marker + " "
	}
	return "- "
}

// tableRow writes the cells of a row, and below the first row the line that makes it the table's head.
func tableRow(text string, first bool) string {
	cells := strings.Split(strings.Trim(text, "| "), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	line := "| " + strings.Join(cells, " | ") + " |"
	if first {
		line += "\n|" + strings.Repeat("---|", len(cells))
	}
	return line
}

// escapeStart keeps a paragraph from being read as a heading, a quotation or a list.
func escapeStart(text string) string {
	if marker, _ := splitMarker(text); marker != "" && marker != "a" || strings.HasPrefix(text, "#") || strings.HasPrefix(text, ">") {
		return `\` + text
	}
	return text
}

// joinMarkdown puts the parts that are not empty one below the other.
func joinMarkdown(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n\n")
}
