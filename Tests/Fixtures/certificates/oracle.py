# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what python-cryptography reads in each certificate of a folder, one line a file, fields parted by tabs:
name, not_after (seconds), DNS names, key bits, signature hash, serial (hexadecimal), subject. A field it refuses is "?"."""

import os
import sys
import warnings

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, ed448, rsa

warnings.simplefilter("ignore")
sys.stdout.reconfigure(encoding="utf-8")


def attempt(read):
    try:
        return str(read())
    except Exception:
        return "?"


def bits(certificate):
    key = certificate.public_key()
    if isinstance(key, ed25519.Ed25519PublicKey):
        return 256
    if isinstance(key, ed448.Ed448PublicKey):
        return 456
    return key.key_size


def names(certificate):
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ""
    return ",".join(extension.value.get_values_for_type(x509.DNSName))


def clean(text):
    return "".join("\\%02x" % ord(c) if ord(c) < 0x20 or ord(c) == 0x7F else c for c in text)


def serial(certificate):
    digits = format(abs(certificate.serial_number), "x")
    return ("-" if certificate.serial_number < 0 else "") + "0" * (len(digits) % 2) + digits


# RFC 4514 names nine attributes; OpenSSL writes more of them by name.
OPENSSL_NAMES = {
    x509.ObjectIdentifier(number): name
    for number, name in {
        "0.9.2342.19200300.100.1.25": "DC",
        "0.9.2342.19200300.100.1.1": "UID",
        "1.2.840.113549.1.9.1": "emailAddress",
        "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
        "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
        "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
        "2.5.4.4": "SN",
        "2.5.4.5": "serialNumber",
        "2.5.4.9": "street",
        "2.5.4.12": "title",
        "2.5.4.13": "description",
        "2.5.4.15": "businessCategory",
        "2.5.4.17": "postalCode",
        "2.5.4.18": "postOfficeBox",
        "2.5.4.20": "telephoneNumber",
        "2.5.4.42": "GN",
        "2.5.4.43": "initials",
        "2.5.4.44": "generationQualifier",
        "2.5.4.46": "dnQualifier",
        "2.5.4.65": "pseudonym",
        "2.5.4.97": "organizationIdentifier",
    }.items()
}

folder = sys.argv[1]
for name in sorted(os.listdir(folder)):
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read()
    try:
        certificate = x509.load_pem_x509_certificate(data)
    except Exception:
        print(name, "refused", sep="\t")
        continue
    fields = [
        attempt(lambda: int(certificate.not_valid_after_utc.timestamp())),
        attempt(lambda: names(certificate)),
        attempt(lambda: bits(certificate)),
        attempt(lambda: certificate.signature_hash_algorithm.name if certificate.signature_hash_algorithm else ""),
        attempt(lambda: serial(certificate)),
        attempt(lambda: certificate.subject.rfc4514_string(OPENSSL_NAMES)),
    ]
    print(name, *[clean(field) for field in fields], sep="\t")
