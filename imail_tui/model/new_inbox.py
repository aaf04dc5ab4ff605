"""What a person gives to connect an inbox: checked before it is sent."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from imail_tui.model.record import Json

Host = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9.:-]{1,253}$")]
Address = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
]
Limit = Annotated[int, Field(ge=1, le=2_000)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class MailServer(_Given):
    """A mail server and how to log in there. The password is shown nowhere."""

    host: Host
    port: Annotated[int, Field(ge=1, le=65_535)]
    username: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    password: SecretStr = Field(min_length=1, max_length=1_000)
    security: Literal["tls", "starttls"] = "tls"

    def wire(self) -> Json:
        """As the API takes it, password and all."""
        return {
            "host": self.host,
            "port": self.port,
            "username": self.username,
            "password": self.password.get_secret_value(),
            "security": self.security,
        }


class MailServers(_Given):
    """The two servers of an inbox of provider `smtp`."""

    smtp: MailServer
    imap: MailServer

    def wire(self) -> Json:
        """As the API takes them."""
        return {"smtp": self.smtp.wire(), "imap": self.imap.wire()}


class NewSmtpInbox(_Given):
    """A new inbox that is connected by its servers."""

    email: Address
    daily_limit: Limit = 50
    smtp: MailServer
    imap: MailServer

    def wire(self) -> Json:
        """As the API takes it."""
        return {
            "email": self.email,
            "provider": "smtp",
            "daily_limit": self.daily_limit,
            "smtp": self.smtp.wire(),
            "imap": self.imap.wire(),
        }


class NewSignInInbox(_Given):
    """A new inbox that is connected on its provider's sign-in page."""

    email: Address
    daily_limit: Limit = 50
