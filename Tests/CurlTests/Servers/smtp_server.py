"""A loopback mail server. Prints its port, serves until its standard input closes.

Arguments: auth (offers a login, password "secret"), starttls=FILE or implicit=FILE (a PEM file with key and certificate), mute=VERB (takes
that verb and never answers; GREETING is what comes first).
The local part of the recipient chooses the mishap; the reply to the message tells what has arrived.
"""
import base64, hashlib, os, socket, ssl, sys, threading

options = dict((word.split("=", 1) + [""])[:2] for word in sys.argv[1:])
certificate = options.get("starttls") or options.get("implicit")
context = None
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)


def serve(connection):
    secure = False
    if "implicit" in options:
        connection = context.wrap_socket(connection, server_side=True)
        secure = True
    stream = connection.makefile("rb")

    def say(text):
        connection.sendall(text.encode() + b"\r\n")

    def hush(step):
        if options.get("mute") == step:
            threading.Event().wait()

    hush("GREETING")
    say("220 test server")
    user, sender, recipients, commands = "nobody", "", [], 0
    while True:
        line = stream.readline()
        if not line:
            return
        line = line.decode().rstrip("\r\n")
        verb = line.upper()
        commands += 1
        hush(verb.split(" ")[0].split(":")[0])
        if verb.startswith("EHLO"):
            name = line[5:]
            extensions = ["test"] + (["STARTTLS"] if "starttls" in options and not secure else []) + (["AUTH PLAIN LOGIN"] if "auth" in options else []) + ["8BITMIME"]
            for extension in extensions[:-1]:
                say("250-" + extension)
            say("250 " + extensions[-1])
        elif verb == "STARTTLS":
            say("220 go ahead")
            connection = context.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rb")
            secure = True
        elif verb.startswith("AUTH PLAIN"):
            words = line.split(" ")
            if len(words) < 3:
                say("334 ")
                words.append(stream.readline().decode().strip())
            _, user, password = base64.b64decode(words[2]).decode().split("\0")
            if password == "secret":
                say("235 welcome")
            elif password == "later":
                say("454 the password server sleeps")
            else:
                say("535 wrong password")
        elif verb.startswith("MAIL FROM"):
            sender = line
            say("250 sender ok")
        elif verb.startswith("RCPT TO"):
            recipients.append(line)
            if "busy@" in line:
                say("451 4.7.1 greylisted")
            elif "gone@" in line:
                say("550 5.1.1 no such user")
            elif "mute@" in line:
                threading.Event().wait()
            else:
                say("250 recipient ok")
        elif verb == "DATA":
            say("354 go ahead")
            message = b""
            while not message.endswith(b"\r\n.\r\n"):
                chunk = stream.readline()
                if not chunk:
                    return
                message += chunk
            who = recipients[0] if recipients else ""
            if "hang@" in who:
                threading.Event().wait()
            elif "cut@" in who:
                connection.close()
                return
            elif "spam@" in who:
                say("554 5.7.1 looks like spam")
            elif "full@" in who:
                say("452 4.3.1 disk full")
            else:
                digest = hashlib.sha256(message).hexdigest()[:16]
                say("250 queued %s ehlo=%s user=%s tls=%s recipients=%d" % (digest, name, user, secure, len(recipients)))
        elif verb == "QUIT":
            if any("sleepy@" in who for who in recipients):
                threading.Event().wait()
            say("221 bye")
            return
        else:
            say("502 unknown command")


def guarded(connection):
    try:
        serve(connection)
    except (OSError, ValueError):
        pass
    finally:
        connection.close()


listener = socket.create_server(("127.0.0.1", 0))


def accept():
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=guarded, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
os._exit(0)
