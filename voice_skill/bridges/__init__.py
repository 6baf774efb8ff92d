"""The skill inside other assistants: each bridge a folder, over the same conversations as the command line's."""
