#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the library exports, needs and contains, against the headers and the accepted list.

Usage: symbols.py list SHARED | exports SHARED | sections SHARED | undefined ARCHIVE | private ARCHIVE
`undefined` and `private` look at the library's own objects; BLIS, linked from its own
archive, brings abort and printf for states that checked arguments cannot reach.
"""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import interface

ACCEPTED = pathlib.Path(__file__).resolve().parent / "scilama.symbols"
FORBIDDEN = set("""exit _exit _Exit quick_exit abort __assert_fail __assert atexit system
    printf vprintf puts putchar fputs fputc perror stdout stderr __printf_chk __vprintf_chk psignal
    rand srand random srandom drand48 lrand48 rand_r setlocale uselocale setenv unsetenv putenv clearenv
    getenv secure_getenv signal sigaction sigprocmask pthread_sigmask raise kill longjmp _longjmp siglongjmp
    fork vfork execve popen bli_finalize bli_thread_set_num_threads H5close H5garbage_collect
    sprintf vsprintf gets localtime gmtime asctime ctime strtok""".split())
# sprintf and its like are unbounded; strtok and the time functions share state of the process.
WRITABLE = {"gateway_mutex"}  # HDF5 is one state per process, and so is the lock around it


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()


def exported(shared):
    """{name: version} of the defined dynamic symbols, version nodes themselves excepted."""
    found = {}
    for line in run("readelf", "--dyn-syms", "-W", shared).splitlines():
        part = line.split()
        if len(part) >= 8 and part[0].rstrip(":").isdigit() and part[6] not in ("UND", "ABS") and part[4] in ("GLOBAL", "WEAK"):
            name, _, version = part[7].partition("@")
            found[name] = version.lstrip("@")
    return found


def listing(shared):
    return "".join("%s@%s\n" % pair for pair in sorted(exported(shared).items()))


def problems_of_exports(shared):
    names = exported(shared)
    declared = {f[0]: f[1] for f in interface.functions()}
    out = ["exported, but in no header: " + n for n in sorted(set(names) - set(declared))]
    out += ["declared, but not exported: " + n for n in sorted(set(declared) - set(names))]
    for name, version in sorted(names.items()):
        node = "SCILAMA_EXPERIMENTAL" if declared.get(name) == "experimental.h" else "SCILAMA_"
        if not version.startswith(node):
            out.append("%s has version '%s', not %s…" % (name, version, node))
        if declared.get(name, "experimental.h") != "experimental.h" and version == "SCILAMA_EXPERIMENTAL":
            out.append("%s is declared outside experimental.h, but versioned as experimental" % name)
    accepted = set(ACCEPTED.read_text().split()) if ACCEPTED.exists() else set()
    now = set(listing(shared).split())
    gone, new = sorted(accepted - now), sorted(now - accepted)
    out += ["gone from the accepted list: " + n for n in gone] + ["new, not yet accepted: " + n for n in new]
    if gone or new:
        out.append("If this is intended: sh tests/abi/accept.sh, read the diff (lines may be added, never removed "
                   "once released), add each new function to tests/api/ and to CHANGELOG.md under ABI.")
    return out


def problems_of_sections(shared):
    dynamic = run("readelf", "-dW", shared)
    out = []
    if "TEXTREL" in dynamic:
        out.append("text relocations (code compiled without -fPIC)")
    if not re.search(r"SONAME.*\[libscilama\.so\.\d+\]", dynamic):
        out.append("no SONAME libscilama.so.N")
    for line in run("readelf", "-lW", shared).splitlines():
        if "GNU_STACK" in line and "E" in line.split()[6]:
            out.append("executable stack")
    return out


def problems_of_undefined(archive):
    """Only the archive's own members are read: thin archives name them."""
    out, member = [], "?"
    for line in run("nm", "-A", "-u", archive).splitlines():
        member, _, name = line.rpartition(" U ")
        name = name.strip().partition("@")[0]
        if name in FORBIDDEN:
            out.append("%s calls %s" % (re.sub(r".*/|:.*", "", member.strip().rstrip(":")), name))
    sections = run("objdump", "-h", archive)
    if re.search(r"\.(init_array|ctors|fini_array|dtors)\b", sections):
        out.append("an object has a constructor or destructor that runs at load or unload")
    return out


def problems_of_private(archive):
    out = []
    for line in run("nm", "-g", "--defined-only", archive).splitlines():
        part = line.split()
        if len(part) == 3 and not part[2].startswith(("scilama_", "slm_", "_GLOBAL_", "__asan", "__odr_asan")):
            out.append("%s is global: make it static or prefix it" % part[2])
    for line in run("nm", "--defined-only", archive).splitlines():
        part = line.split()
        # Writable data of the library itself is global state; `.constprop` tables are read-only.
        if len(part) == 3 and part[1] in "dDbBC" and part[2] not in WRITABLE and not part[2].startswith((".", "__")):
            if not relocated_constant(archive, part[2]):
                out.append("%s is writable: the library has no global mutable state" % part[2])
    return out


def relocated_constant(archive, name):
    """Constants with pointers lie in .data.rel.ro, which nm also calls d."""
    for line in run("objdump", "-t", archive).splitlines():
        part = line.split()
        if part and part[-1] == name and any(p.startswith(".data.rel.ro") for p in part):
            return True
    return False


if __name__ == "__main__":
    what, path = sys.argv[1], sys.argv[2]
    if what == "list":
        sys.stdout.write(listing(path))
        sys.exit(0)
    problems = {"exports": problems_of_exports, "sections": problems_of_sections,
                "undefined": problems_of_undefined, "private": problems_of_private}[what](path)
    print("\n".join(problems) if problems else "nothing to report")
    sys.exit(1 if problems else 0)
