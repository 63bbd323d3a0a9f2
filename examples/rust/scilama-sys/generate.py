#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/bindings.rs from the public headers, laid out as bindgen would.

Usage: generate.py > src/bindings.rs. Needs a C compiler; standard library only.
(The same by bindgen: bindgen --allowlist-item 'scilama_.*|SCILAMA_.*' scilama.h)
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "abi"))
import comments
import interface

SCALARS = {"int32_t": "i32", "int64_t": "i64", "uint64_t": "u64", "uint32_t": "u32", "uint8_t": "u8", "uint16_t": "u16",
           "size_t": "usize", "float": "f32", "double": "f64", "char": "c_char", "void": "c_void", "int": "c_int"}
KEYWORDS = {"type", "match", "move", "ref", "loop", "in", "use", "where"}


def safe(name):
    return "r#" + name if name in KEYWORDS else name


def kind(text):
    """Rust type of a C type without its name: reads pointers from right to left."""
    text = " ".join(text.replace("*", " * ").split())
    if text.endswith("const"):
        text = text[:-5].rstrip()
    if text.endswith("*"):
        inner = text[:-1].rstrip()
        constant = inner.endswith("const") or ("*" not in inner and inner.startswith("const "))
        return "*%s %s" % ("const" if constant else "mut", kind(inner))
    base = re.sub(r"\b(const|struct)\b", "", text).strip()
    return SCALARS.get(base, base)


def parameter(text):
    name = re.search(r"(\w+)$", text).group(1)
    return safe(name), kind(text[:-len(name)])


def parameters(text):
    return [parameter(p.strip()) for p in text.split(",") if p.strip() not in ("", "void")]


def signature(result, text):
    back = "" if result.strip() == "void" else " -> " + kind(result)
    return "(%s)%s" % (", ".join("%s: %s" % p for p in parameters(text)), back)


def fields(body):
    for declaration in filter(None, (" ".join(d.split()) for d in body.split(";"))):
        call = re.match(r"(.*?)\(\s*\*\s*(\w+)\s*\)\s*\((.*)\)$", declaration)
        if call:
            yield safe(call.group(2)), 'Option<unsafe extern "C" fn%s>' % signature(call.group(1), call.group(3))
            continue
        first, *rest = [d.strip() for d in declaration.split(",")]
        base = re.match(r"(.*?)(\w+)\s*((?:\[\w+\])*)$", first)
        for name, array in [(base.group(2), base.group(3))] + [re.match(r"(\w+)\s*((?:\[\w+\])*)$", r).groups() for r in rest]:
            rust = kind(base.group(1))
            for size in reversed(re.findall(r"\[(\w+)\]", array)):
                rust = "[%s; %s]" % (rust, size)
            yield safe(name), rust


def text_of(name, indent=""):
    """Its comment of the headers for rustdoc, where brackets would be links."""
    text = comments.described().get(name)
    return [("%s/// %s" % (indent, re.sub(r"([\[\]<>])", r"\\\1", line))).rstrip() for line in text.split("\n")] if text else []


def fields_of(name, body):
    for field, rust in fields(body):
        yield from text_of("%s.%s" % (name, field.replace("r#", "")), "    ")
        yield "    pub %s: %s," % (field, rust)


def main():
    include = ROOT / "include"
    text = subprocess.run(os.environ.get("CC", "cc").split() + ["-E", "-P", "-I", str(include), "-include", "stddef.h",
                          str(include / "scilama" / "scilama.h")], check=True, stdout=subprocess.PIPE).stdout.decode()
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)\)?", " ", text)
    out = ["/* Made by generate.py from the public headers; never edited by hand. */", "",
           "use std::os::raw::{c_char, c_int, c_void};", ""]
    for body in re.findall(r"enum\s+scilama_\w+\s*\{([^}]*)\}", text):
        last = -1
        for item in filter(None, (i.strip() for i in body.split(","))):
            name, _, value = (p.strip() for p in item.partition("="))
            last = int(value, 0) if value else last + 1
            if not name.endswith("_"):
                out += text_of(name)
                out.append("pub const %s: i32 = %d;" % (name, last))
    out.append("")
    defined = {name for name, _, _ in interface.structs()}
    for name in sorted(set(re.findall(r"typedef\s+struct\s+(scilama_\w+)\s+\w+\s*;", text)) - defined):
        out += text_of(name) + ["#[repr(C)]", "pub struct %s {" % name, "    _private: [u8; 0],", "}", ""]
    for base, name in re.findall(r"typedef\s+(\w+)\s+(scilama_\w+)\s*;", text):
        out += ["pub type %s = %s;" % (name, SCALARS[base]), ""]
    for result, name, arguments in re.findall(r"typedef\s+([\w ]+?)\s*\(\s*\*\s*(scilama_\w+)\s*\)\s*\(([^;]*)\)\s*;", text):
        out += text_of(name) + ['pub type %s = Option<unsafe extern "C" fn%s>;' % (name, signature(result, arguments)), ""]
    for body, name in re.findall(r"typedef\s+struct\s+\w*\s*\{([^{}]*)\}\s*(scilama_\w+)\s*;", text):
        out += text_of(name) + ["#[repr(C)]", "#[derive(Clone, Copy)]", "pub struct %s {" % name]
        out += list(fields_of(name, body)) + ["}", ""]
    # Structs of other standards: those of Arrow as they are, those of DLPack by name.
    for name, body in re.findall(r"\bstruct\s+(Arrow\w+)\s*\{([^{}]*)\}\s*;", text):
        out += ["#[repr(C)]", "pub struct %s {" % name]
        out += ["    pub %s: %s," % f for f in fields(body)] + ["}", ""]
    for name in sorted(set(re.findall(r"\bstruct\s+(DL\w+)\s*;", text))):
        out += ["#[repr(C)]", "pub struct %s {" % name, "    _private: [u8; 0],", "}", ""]
    out.append('extern "C" {')
    for name, _, result, arguments in interface.functions():
        if re.search(r"\b%s\b" % name, text):
            out += text_of(name, "    ") + ["    pub fn %s%s;" % (name, signature(result, arguments))]
    out += ["}", "", '#[cfg(target_pointer_width = "64")]', "const _: () = {", "    use std::mem::size_of;"]
    for name, size in re.findall(r"LAYOUT\((scilama_\w+), (\d+)\)", interface.layout()):
        if re.search(r"\b%s\b" % name, text):
            out.append("    assert!(size_of::<%s>() == %s);" % (name, size))
    out.append("};")
    print("\n".join(out))


if __name__ == "__main__":
    main()
