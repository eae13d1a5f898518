package bot

import "time"

// Role is what a person may do at the desk.
type Role string

// The roles, each able to do what the ones before it can.
const (
	RoleAgent  Role = "agent"
	RoleEditor Role = "editor"
	RoleAdmin  Role = "admin"
)

// User is a person who works at the desk.
type User struct {
	Email        string // lower case, unique
	Name         string
	Role         Role
	PasswordHash string // argon2id in PHC form; empty until the first password is set
	CreatedAt    time.Time
}
