// A module of its own, so that Clientele itself never builds the analyser.
module clientele/schemas/dialect/googlesql

go 1.26

require github.com/goccy/go-googlesql v0.4.0

require github.com/goccy/googlesqlwasm2go v0.2.0 // indirect
