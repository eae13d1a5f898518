package main

type userCommand struct{}
