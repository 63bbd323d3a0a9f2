# SPDX-License-Identifier: MIT
"""Runs a command and writes what it took: measure.py REPORT.json LIMIT_SECONDS COMMAND …

A small process of its own, since a child's peak memory begins at its parent's (it shares the parent's
pages until it calls exec) and the study, with its judge loaded, takes most of a gigabyte.
"""
import json
import os
import sys
import time


def main():
    report, limit, command = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    start = time.monotonic()
    pid = os.fork()
    if not pid:
        os.execvp(command[0], command)
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        seconds = time.monotonic() - start
        if done:
            break
        if seconds > limit:
            os.kill(pid, 9)
        time.sleep(min(0.2, 0.005 + seconds / 200))
    with open(report, "w") as to:
        json.dump({"status": os.waitstatus_to_exitcode(status), "seconds": round(seconds, 2),
                   "processor": round(usage.ru_utime + usage.ru_stime, 2), "mib": round(usage.ru_maxrss / 1024, 1)}, to)


main()
