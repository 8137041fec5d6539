"""How many bytes there are to ship, TLS libraries included even while nothing in the binary uses them."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.table import Row, number

IMAGE = "redis-agent:dev"
REACH_MB = 10

# What a TLS client needs of OpenSSL; the linker takes the rest out, as it would for the agent.
TLS_CLIENT = """
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
int main(void) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (!context || SSL_CTX_load_verify_locations(context, "ca.crt", "/") != 1) return 1;
  if (SSL_CTX_use_certificate_chain_file(context, "tls.crt") != 1) return 1;
  if (SSL_CTX_use_PrivateKey_file(context, "tls.key", SSL_FILETYPE_PEM) != 1) return 1;
  SSL* tls = SSL_new(context);
  X509_VERIFY_PARAM_set1_host(SSL_get0_param(tls), "redis", 0);
  char byte = 0;
  return SSL_connect(tls) == 1 && SSL_write(tls, &byte, 1) == 1 && SSL_read(tls, &byte, 1) == 1 ? 0 : 1;
}
"""
NOTHING = "int main(void) { return 0; }"


def linked_size(source: str, *libraries: str) -> int | None:
    """Of a static program, linked and stripped as the release is; None where it cannot be linked here."""
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / "program"
        flags = ["-Os", "-static", "-s", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"]
        words = ["g++", *flags, "-x", "c++", "-", "-x", "none", *libraries, "-o", program]
        done = subprocess.run(words, input=source, text=True, capture_output=True)
        return program.stat().st_size if done.returncode == 0 else None


def tls_size() -> int | None:
    with_tls, without = linked_size(TLS_CLIENT, "-lssl", "-lcrypto"), linked_size(NOTHING)
    return with_tls - without if with_tls and without else None


def image() -> dict | None:
    """What the engine knows of the image, if there is an engine and an image."""
    if not shutil.which("docker"):
        return None
    done = subprocess.run(["docker", "image", "inspect", IMAGE], text=True, capture_output=True, timeout=20)
    return json.loads(done.stdout)[0] if done.returncode == 0 else None


def measure(bench):
    binary, found = bench.agent.stat().st_size, image()
    shipped = found["Size"] if found else binary
    measured = f"binary {number(binary / 1e6, 2)} MB"
    if found:
        measured = f"image {number(shipped / 1e6, 2)} MB (made {found['Created'][:16]}), {measured}"
    has_tls = b"OpenSSL 3" in bench.agent.read_bytes()
    more = 0 if has_tls else tls_size()
    note = "The image is FROM scratch: the binary and three empty folders. " + (
        "OpenSSL is linked." if has_tls else "OpenSSL is not linked today, nothing uses it yet. "
    )
    if not has_tls:
        note += (
            "libssl.a is not here, so what it would add was not measured."
            if more is None
            else f"A TLS client that checks the peer's name would add {number(more / 1e6, 2)} MB of libssl and"
            " libcrypto (a static program with them, less one without)."
        )
    yield Row(
        "release image" if found else "release binary (no engine, or no image of that name)",
        f"{REACH_MB} MB, TLS included",
        measured if has_tls or more is None else f"{measured}; with TLS {number((shipped + more) / 1e6, 2)} MB",
        "",
        "1",
        None if more is None else shipped + more <= REACH_MB * 1e6,
        note,
    )
