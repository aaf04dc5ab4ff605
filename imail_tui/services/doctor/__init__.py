"""Finding out what is wrong: each check looks at one thing and says what it found and what to do."""
