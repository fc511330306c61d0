#!/usr/bin/env python3
"""Catches the demo's messages on this machine: mail over SMTP and webhooks over HTTP, each into a file of DIR.

usage: demo-receivers.py DIR    prints "smtp PORT" and "hook PORT", then serves until it is stopped.
"""
import asyncio
import email
import email.policy
import json
import pathlib
import sys

DIR = pathlib.Path(sys.argv[1])
DIR.mkdir(parents=True, exist_ok=True)
count = {"mail": 0, "hook": 0}


def keep(kind, suffix, data):
    count[kind] += 1
    path = DIR / f"{kind}-{count[kind]:03d}{suffix}"
    path.write_bytes(data)
    return path


async def smtp(reader, writer):
    def say(line):
        writer.write(line.encode() + b"\r\n")

    say("220 localhost demo")
    try:
        while line := await reader.readline():
            verb = line.strip().split(b" ")[0].upper()
            if verb == b"EHLO":
                say("250-localhost"), say("250-8BITMIME"), say("250 SMTPUTF8")
            elif verb == b"DATA":
                say("354 go on")
                await writer.drain()
                body = b""
                while (line := await reader.readline()) and line != b".\r\n":
                    body += line[1:] if line.startswith(b"..") else line
                path = keep("mail", ".eml", body)
                message = email.message_from_bytes(body, policy=email.policy.default)
                for part in message.walk():
                    if part.get_content_type() in ("text/plain", "text/html"):
                        suffix = ".txt" if part.get_content_type() == "text/plain" else ".html"
                        path.with_suffix(suffix).write_text(part.get_content(), encoding="utf-8")
                say("250 kept")
            elif verb == b"QUIT":
                say("221 bye")
                await writer.drain()
                break
            else:
                say("250 ok")
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    writer.close()


async def hook(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next((int(l.split(":")[1]) for l in head.split("\r\n") if l.lower().startswith("content-length:")), 0)
        body = await reader.readexactly(length)
        path = keep("hook", ".json", body)
        path.with_suffix(".head").write_text(head)
        try:
            path.write_text(json.dumps(json.loads(body), indent=2, ensure_ascii=False), encoding="utf-8")
        except ValueError:
            pass
        writer.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    writer.close()


async def main():
    mail = await asyncio.start_server(smtp, "127.0.0.1", 0)
    http = await asyncio.start_server(hook, "127.0.0.1", 0)
    print("smtp", mail.sockets[0].getsockname()[1], flush=True)
    print("hook", http.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
