"""Holds sockets as a service manager does, and starts a program with them, again and again (sd_listen_fds(3)).

The sockets stay open while no program runs: who connects then waits. Orders come as lines of standard input: start, stop (SIGTERM),
kill (SIGKILL), wait (for its end). What happens is told as lines, numbered by start. When the input ends, so do both.
"""

import argparse
import ctypes
import os
import signal
import socket
import sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--listen", action="append", default=[], metavar="NAME=PORT or NAME=PATH")
parser.add_argument("program", nargs="+")
arguments = parser.parse_args()

FIRST = 3


def tell(line):
    print(line, flush=True)


def bind(place):
    if place.isdigit():
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", int(place)))
    elif place == "datagram":
        # No listener at all, for a program that should find out.
        held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        held.bind(("127.0.0.1", 0))
        return held
    else:
        held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        held.bind(place)
        os.chmod(place, 0o666)
    held.listen(4096)
    return held


names = [one.split("=", 1)[0] for one in arguments.listen]
sockets = [bind(one.split("=", 1)[1]) for one in arguments.listen]
# Out of the way of the numbers that the program gets.
held = [os.dup2(one.fileno(), 100 + n) for n, one in enumerate(sockets)]


def start():
    child = os.fork()
    if child:
        return child
    # None outlives the one who holds the sockets.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    for n, number in enumerate(held):
        os.dup2(number, FIRST + n, inheritable=True)
    told = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(held)), "LISTEN_FDNAMES": ":".join(names)}
    os.execve(arguments.program[0], arguments.program, os.environ | told)


child, count = None, 0
for order in sys.stdin:
    order = order.strip()
    if order == "start":
        count += 1
        child = start()
        tell(f"started {count} as {child}")
    elif order == "stop":
        os.kill(child, signal.SIGTERM)
    elif order == "kill":
        os.kill(child, signal.SIGKILL)
    elif order == "wait":
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        child = None
        tell(f"ended {count} with {code}")
if child:
    os.kill(child, signal.SIGKILL)
