package main

type ticketCommand struct{}
