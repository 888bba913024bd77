"""A mail server for tests, which can be told how to misbehave.

In its folder the file `behaviour` holds one word, and perhaps a recipient for whom alone it counts; it is read whenever
something is asked. Messages that it takes responsibility for
become files in `kept`; what happened, in order, stands in `events`, one line each. Nothing here ever sends mail on.
"""

import argparse
import asyncio
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("--folder", type=pathlib.Path, required=True)
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--security", choices=["starttls", "tls", "none"], required=True)
arguments.add_argument("--account", help="name:password that must be given before a message")
arguments.add_argument("--only", choices=["LOGIN", "PLAIN"], help="the one way of signing in that is offered")
told = arguments.parse_args()

greylisted = set()


def behaviour(recipients=()):
    word, *only = (told.folder / "behaviour").read_text().split()
    return "well" if only and not set(only) & set(recipients) else word


def happened(what):
    with open(told.folder / "events", "a") as events:
        events.write(what + "\n")


def keep(content):
    kept = told.folder / "kept"
    number = len(list(kept.iterdir()))
    unfinished = told.folder / "unfinished"
    unfinished.write_bytes(content)
    unfinished.rename(kept / f"{number:04}.eml")


def echo(code, content):
    """A reply that repeats the message, line by line."""
    lines = [line for line in content.decode("utf-8", "replace").splitlines() if line.strip()]
    return "\r\n".join(f"{code}-5.7.1 {line}" for line in lines) + f"\r\n{code} 5.7.1 that was it"


def signed_in(server, session, envelope, mechanism, data):
    name, password = told.account.encode().split(b":")
    right = (data.login, data.password) == (name, password)
    happened(f"auth {mechanism} {'right' if right else 'wrong'}")
    return AuthResult(success=right, handled=False)


class Handler:
    def handle_STARTTLS(self, server, session, envelope):
        happened("starttls")
        return True

    async def handle_MAIL(self, server, session, envelope, address, options):
        happened(f"mail {address}")
        if behaviour() == "refuse-sender":
            return "550 5.7.1 this sender may not"
        while behaviour() == "hold-sender":
            await asyncio.sleep(0.01)
        envelope.mail_from = address
        return "250 2.1.0 sender taken"

    async def handle_RCPT(self, server, session, envelope, address, options):
        happened(f"rcpt {address}")
        how = behaviour([address])
        if how == "refuse-recipient":
            return f"550 5.1.1 <{address}>: no such user here"
        if how == "greylist" and address not in greylisted:
            greylisted.add(address)
            return "451 4.7.1 greylisted, come back later"
        if how == "closing":
            return "421 4.3.2 closing down"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient taken"

    async def handle_DATA(self, server, session, envelope):
        happened("data")
        how = behaviour(envelope.rcpt_tos)
        if how == "refuse-message":
            return "554 5.7.1 this text is not wanted"
        if how == "echo-and-refuse":
            return echo(554, envelope.content)
        if how == "echo-and-defer":
            return echo(451, envelope.content)
        if how == "hold":
            # Kept, but nobody is told of it yet.
            keep(envelope.content)
            while behaviour(envelope.rcpt_tos) == "hold":
                await asyncio.sleep(0.01)
            return "250 2.0.0 kept long ago"
        if how == "lose-after-dot":
            server.transport.abort()
            return "250 nobody hears this"
        keep(envelope.content)
        if how == "drop-after-dot":
            server.transport.abort()
        return "250 2.0.0 kept for good"


class Server(SMTP):
    def connection_made(self, transport):
        if self.session is None:
            happened("connect")
        super().connection_made(transport)

    async def smtp_QUIT(self, arg):
        happened("quit")
        while behaviour() == "hold-good-bye":
            await asyncio.sleep(0.01)
        await super().smtp_QUIT(arg)

    async def smtp_DATA(self, arg):
        if behaviour() != "drop-in-data":
            return await super().smtp_DATA(arg)
        await self.push("354 go on")
        await self._reader.readuntil(b"\r\n")
        happened("dropped")
        self.transport.abort()


def certificate():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(told.folder / "server.crt", told.folder / "server.key")
    return context


async def main():
    loop = asyncio.get_running_loop()
    signing_in = {}
    if told.account:
        signing_in = {"auth_required": True, "authenticator": signed_in, "auth_require_tls": told.security == "starttls"}
        if told.only:
            signing_in["auth_exclude_mechanism"] = [way for way in ("LOGIN", "PLAIN") if way != told.only]

    def server():
        starttls = {"tls_context": certificate(), "require_starttls": True} if told.security == "starttls" else {}
        return Server(Handler(), hostname="mail.test", loop=loop, **starttls, **signing_in)

    tls = certificate() if told.security == "tls" else None
    listening = await loop.create_server(server, "127.0.0.1", told.port, ssl=tls)
    print("listening on port", listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


asyncio.run(main())
