// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef GUAITA_OPENSSL_SHIM_H
#define GUAITA_OPENSSL_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Typed stacks, casted flags and BIO_ctrl are macros that Swift does not import.

static inline int guaita_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline const GENERAL_NAME *guaita_name_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

static inline int guaita_purposes_count(const EXTENDED_KEY_USAGE *purposes) { return sk_ASN1_OBJECT_num(purposes); }
static inline const ASN1_OBJECT *guaita_purpose_at(const EXTENDED_KEY_USAGE *purposes, int index) {
    return sk_ASN1_OBJECT_value(purposes, index);
}

static inline int guaita_access_count(const AUTHORITY_INFO_ACCESS *access) {
    return sk_ACCESS_DESCRIPTION_num(access);
}
static inline const ACCESS_DESCRIPTION *guaita_access_at(const AUTHORITY_INFO_ACCESS *access, int index) {
    return sk_ACCESS_DESCRIPTION_value(access, index);
}

// True when the TLS feature extension (RFC 7633) asks for status_request (5): must-staple.
static inline int guaita_must_staple(const X509 *certificate) {
    TLS_FEATURE *features = (TLS_FEATURE *)X509_get_ext_d2i(certificate, NID_tlsfeature, NULL, NULL);
    int found = 0;
    for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++) {
        if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == 5) found = 1;
    }
    TLS_FEATURE_free(features);
    return found;
}

// RFC 4514 text with UTF-8 as it is, control characters escaped.
static inline int guaita_print_name(BIO *out, const X509_NAME *name) {
    return X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

static inline long guaita_memory(BIO *memory, const char **bytes) {
    return BIO_get_mem_data(memory, (char **)bytes);
}

#endif
