"""The command line: `./naisen COMMAND`. It speaks English, one readable line for every error."""
