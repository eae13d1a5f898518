package discordtest

import (
	"fmt"
	"net/http"
)

// Codes of refusals (docs: opcodes and status codes, JSON error codes).
const (
	unknownApplication = 10002
	unknownChannel     = 10003
	unknownGuild       = 10004
	unknownMember      = 10007
	unknownMessage     = 10008
	unknownUser        = 10013
	unknownEmoji       = 10014
	unknownWebhook     = 10015
	unknownInteraction = 10062
	unauthorized       = 40001
	tooLarge           = 40005
	acknowledged       = 40060
	missingAccess      = 50001
	executeOnDirect    = 50003
	editOther          = 50005
	emptyMessage       = 50006
	cannotSend         = 50007
	notText            = 50008
	lackPermissions    = 50013
	wrongChannelType   = 50024
	invalidToken       = 50027
	invalidRecipient   = 50033
	invalidForm        = 50035
	invalidVersion     = 50041
	archivedThread     = 50083
	invalidJSON        = 50109
	threadExists       = 160004
	threadLocked       = 160005
)

var meanings = map[int]struct {
	status  int
	message string
}{
	unknownApplication: {http.StatusNotFound, "Unknown Application"},
	unknownChannel:     {http.StatusNotFound, "Unknown Channel"},
	unknownGuild:       {http.StatusNotFound, "Unknown Guild"},
	unknownMember:      {http.StatusNotFound, "Unknown Member"},
	unknownMessage:     {http.StatusNotFound, "Unknown Message"},
	unknownUser:        {http.StatusNotFound, "Unknown User"},
	unknownEmoji:       {http.StatusBadRequest, "Unknown Emoji"},
	unknownWebhook:     {http.StatusNotFound, "Unknown Webhook"},
	unknownInteraction: {http.StatusNotFound, "Unknown interaction"},
	unauthorized:       {http.StatusUnauthorized, "Unauthorized. Provide a valid token and try again"},
	tooLarge:           {http.StatusRequestEntityTooLarge, "Request entity too large"},
	acknowledged:       {http.StatusBadRequest, "Interaction has already been acknowledged."},
	missingAccess:      {http.StatusForbidden, "Missing Access"},
	executeOnDirect:    {http.StatusForbidden, "Cannot execute action on a DM channel"},
	editOther:          {http.StatusForbidden, "Cannot edit a message authored by another user"},
	emptyMessage:       {http.StatusBadRequest, "Cannot send an empty message"},
	cannotSend:         {http.StatusForbidden, "Cannot send messages to this user"},
	notText:            {http.StatusBadRequest, "Cannot send messages in a non-text channel"},
	lackPermissions:    {http.StatusForbidden, "Missing Permissions"},
	wrongChannelType:   {http.StatusBadRequest, "Cannot execute action on this channel type"},
	invalidToken:       {http.StatusUnauthorized, "Invalid Webhook Token"},
	invalidRecipient:   {http.StatusBadRequest, "Invalid Recipient(s)"},
	invalidForm:        {http.StatusBadRequest, "Invalid Form Body"},
	invalidVersion:     {http.StatusBadRequest, "Invalid API version"},
	archivedThread:     {http.StatusBadRequest, "Thread is archived"},
	invalidJSON:        {http.StatusBadRequest, "The request body contains invalid JSON."},
	threadExists:       {http.StatusBadRequest, "A thread has already been created for this message"},
	threadLocked:       {http.StatusBadRequest, "Thread is locked"},
}

// refusal is an answer of the API that says no.
type refusal struct {
	status int
	code   int
	body   map[string]any
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%d: %v (code %d)", r.status, r.body["message"], r.code)
}

func refuse(code int) *refusal {
	meaning, known := meanings[code]
	if !known {
		panic(fmt.Sprintf("no meaning for code %d", code))
	}
	return &refusal{status: meaning.status, code: code, body: map[string]any{"message": meaning.message, "code": code}}
}

// notFound is the answer where no route is: its code is 0.
func notFound() *refusal {
	return &refusal{status: http.StatusNotFound, body: map[string]any{"message": "404: Not Found", "code": 0}}
}
