package main

type kbCommand struct{}
