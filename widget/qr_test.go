package widget_test

import (
	"image"
	"image/color"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

var module = regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`)

func TestTheQRCodeLeadsToTheChatPage(t *testing.T) {
	t.Parallel()
	address := pages(t)
	res, drawing := get(t, address+"/chat/micro/qr.svg", nil)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "image/svg+xml") {
		t.Fatalf("status %d, %v", res.StatusCode, res.Header)
	}
	const scale = 8
	side, err := strconv.Atoi(regexp.MustCompile(`viewBox="0 0 (\d+)`).FindStringSubmatch(drawing)[1])
	if err != nil {
		t.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	for _, m := range module.FindAllStringSubmatch(drawing, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		for dy := range scale {
			for dx := range scale {
				picture.SetGray(x*scale+dx, y*scale+dy, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	// The reader's search for a code in a photo misses one address in two hundred, also when it is drawn without a fault.
	drawn := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, drawn)
	if err != nil || read.GetText() != address+"/chat/micro" {
		t.Errorf("a reader reads %v, %v", read, err)
	}
	if res, _ := get(t, address+"/chat/nulle-part/qr.svg", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown site: status %d", res.StatusCode)
	}
}
