package discordtest

// Intent is a set of groups of events that a bot asks for when it identifies (docs: gateway, intents).
type Intent int64

// The intents that decide what this server sends.
const (
	Guilds         Intent = 1 << 0
	GuildMembers   Intent = 1 << 1 // privileged
	GuildPresences Intent = 1 << 8 // privileged
	GuildMessages  Intent = 1 << 9
	DirectMessages Intent = 1 << 12
	MessageContent Intent = 1 << 15 // privileged
)

const (
	privilegedIntents        = GuildMembers | GuildPresences | MessageContent
	knownIntents      Intent = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

// applicationFlags tells in an application's flags which privileged intents it may use, as an application with few users
// is shown them (docs: application, flags).
func applicationFlags(privileged Intent) int {
	flags := 0
	for intent, flag := range map[Intent]int{GuildPresences: 1 << 13, GuildMembers: 1 << 15, MessageContent: 1 << 19} {
		if privileged&intent != 0 {
			flags |= flag
		}
	}
	return flags
}

// Permission is a set of what the bot may do in a channel (docs: permissions). It has all of them until Deny.
type Permission int64

// The permissions that decide what this server lets a bot do.
const (
	AddReactions         Permission = 1 << 6
	ViewChannel          Permission = 1 << 10
	SendMessages         Permission = 1 << 11
	ManageMessages       Permission = 1 << 13
	EmbedLinks           Permission = 1 << 14
	AttachFiles          Permission = 1 << 15
	ReadMessageHistory   Permission = 1 << 16
	ManageThreads        Permission = 1 << 34
	CreatePublicThreads  Permission = 1 << 35
	CreatePrivateThreads Permission = 1 << 36
	SendInThreads        Permission = 1 << 38
)

const allPermissions = AddReactions | ViewChannel | SendMessages | ManageMessages | EmbedLinks | AttachFiles | ReadMessageHistory |
	ManageThreads | CreatePublicThreads | CreatePrivateThreads | SendInThreads
