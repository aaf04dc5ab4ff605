"""What a person does with replies: conversations, views, snoozing, answering. Pure logic."""
