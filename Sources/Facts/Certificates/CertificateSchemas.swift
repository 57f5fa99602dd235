// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// The kinds of records about certificates.
enum CertificateSchemas {
    static let certificate = RecordSchema(
        "certificate", "A certificate in a file of this host. Roots of the distribution's store are not listed.",
        identity: ["path", "position"],
        fields: [
            .init("path", .string, "The file, by the name a configuration or the search found first."),
            .init("line", .int, "Line of its BEGIN in the file; 0 in DER."),
            .init(
                "position", .int,
                "1 for the first certificate of the file, which is the one a server presents as its own."),
            .init("subject", .string, "Subject as RFC 4514 writes names."),
            .init("issuer", .string, "Issuer as RFC 4514 writes names."),
            .init("common_name", .string, "The most specific common name; not set without one."),
            .init("serial", .string, "Serial number in hexadecimal."),
            .init(
                "names", .list(.string), "DNS names of subjectAltName.", example: #"["example.org", "*.example.org"]"#),
            .init("public_names", .list(.string), "Those DNS names that the public DNS could resolve."),
            .init("ip_addresses", .list(.ip), "IP addresses of subjectAltName."),
            .init("not_before", .timestamp, "Start of validity."),
            .init("not_after", .timestamp, "Last moment of validity."),
            .init("lifetime", .duration, "From not_before to not_after, both included."),
            .init("key_algorithm", .string, "RSA, RSA-PSS, DSA, EC, ED25519, ED448 …"),
            .init("key_bits", .int, "Size of the key; not set where libcrypto cannot use it."),
            .init("curve", .string, "Named curve of an EC key.", example: #""prime256v1""#),
            .init("signature_algorithm", .string, "As OpenSSL names it.", example: #""sha256WithRSAEncryption""#),
            .init(
                "signature_hash", .string, "Its digest; not set where it has none of its own.", example: #""SHA256""#),
            .init("is_ca", .bool, "basicConstraints says CA:TRUE."),
            .init("self_signed", .bool, "Issued by itself, and its own key verifies the signature."),
            .init(
                "extended_key_usage", .list(.string), "Purposes; not set without the extension.",
                example: #"["serverAuth"]"#),
            .init("public_ca", .bool, "Carries certificate transparency timestamps, as certificates of public CAs do."),
            .init("must_staple", .bool, "Asks for OCSP stapling (RFC 7633)."),
            .init("fingerprint", .string, "SHA-256 in hexadecimal."),
            .init("problems", .list(.string), "What is malformed in it, in English."),
            .init("used", .bool, "A service presents the file it is in, or certbot renews it."),
            .init(
                "used_by", .list(.string), "Where that is said.",
                example: #"["nginx: /etc/nginx/sites-enabled/web:12"]"#),
            .init("services", .list(.string), "The services that name it, certbot left out.", example: #"["nginx"]"#),
            .init(
                "used_names", .list(.string), "Host names under which it is served, where the configuration says so."),
            .init("uncovered_names", .list(.string), "Those of them that no name of the certificate covers."),
            .init("lineage", .string, "Name of the certbot lineage it belongs to; not set outside of one."),
            .init(
                "newer_copy", .string,
                "A file that certbot renews, with the same names and a later end; not set without one."),
            .init("snakeoil", .bool, "The certificate that Debian's package ssl-cert makes for tests."),
            .init("trust_store", .bool, "Named as a root to verify others against, not to be presented."),
            .init("key_path", .string, "File of the private key; not set where none is known."),
            .init("key_matches", .bool, "The private key fits the certificate; not set without a key."),
            .init("key_mode", .mode, "Permission bits of the key file."),
            .init("key_owner", .string, "Owner of the key file."),
            .init("key_encrypted", .bool, "A passphrase guards the key."),
            .init(
                "key_shared_with", .list(.string),
                "Other used certificates, of other names, with the same key: their files."),
            .init(
                "chain_complete", .bool,
                "The file leads to a root that this host trusts, or to one it holds. First certificates only."),
            .init("chain_ordered", .bool, "Each certificate is followed by its issuer. First certificates only."),
            .init("missing_issuer", .string, "The issuer that is missing from the chain; not set where none is."),
        ])

    static let key = RecordSchema(
        "private_key", "A private key in a file of this host. SSH keys are not listed.", identity: ["path"],
        fields: [
            .init("path", .string, "The file, by the name a configuration or the search found first."),
            .init("line", .int, "Line of its BEGIN in the file; 0 in DER."),
            .init("algorithm", .string, "RSA, EC, ED25519 …; not set where encryption hides it."),
            .init("bits", .int, "Size; not set where encryption hides it."),
            .init("encrypted", .bool, "A passphrase guards it."),
            .init("mode", .mode, "Permission bits of the file."),
            .init("owner", .string, "Owner's name."),
            .init("owner_id", .int, "Owner's number."),
            .init("group", .string, "Group's name."),
            .init(
                "others_can_read", .bool,
                "Any account can: the file's bits and those of all directories above it allow it."),
            .init("others_can_write", .bool, "Any account can change it, likewise."),
            .init("group_can_read", .bool, "The file's bits let the group read."),
            .init("used", .bool, "A service or certbot uses it."),
            .init("used_by", .list(.string), "Where that is said."),
        ])

    static let reference = RecordSchema(
        "certificate_reference", "A file of certificates or keys that a configuration names.",
        identity: ["path", "role"],
        fields: [
            .init("path", .string, "The file, as an absolute path."),
            .init("role", .string, "certificate, key, chain or trust."),
            .init("services", .list(.string), "The services that name it.", example: #"["nginx"]"#),
            .init(
                "named_by", .list(.string), "The places that name it.", example: #"["nginx: /etc/nginx/nginx.conf:12"]"#
            ),
            .init("exists", .bool, "There is something at the path."),
            .init("readable", .bool, "It could be read; unknown where this scan has not the right to."),
            .init("parses", .bool, "It holds what its role wants, and nothing in it is malformed."),
            .init(
                "reason", .string, "What is wrong with it; empty when nothing is.",
                example: #""no such file or directory""#),
        ])

    static let hook = RecordSchema(
        "certbot.hook", "A file of /etc/letsencrypt/renewal-hooks.", identity: ["path"],
        fields: [
            .init("path", .string, "The file."),
            .init("kind", .string, "pre, deploy or post."),
            .init("executable", .bool, "Certbot runs it: it passes over files that are not executable."),
        ])

    static let lineage = RecordSchema(
        "certbot.lineage", "A certificate that certbot renews.", identity: ["name"],
        fields: [
            .init("name", .string, "Its name."),
            .init("path", .string, "Its file in /etc/letsencrypt/renewal."),
            .init("certificate_path", .string, "The file services are to name: fullchain.pem."),
            .init("names", .list(.string), "DNS names of the certificate."),
            .init("not_after", .timestamp, "Last moment of validity of the certificate."),
            .init("lifetime", .duration, "Its whole lifetime."),
            .init("renews", .bool, "False with autorenew = False."),
            .init("authenticator", .string, "How certbot proves control.", example: #""webroot""#),
            .init("installer", .string, "The plugin that installs it and reloads the service; not set without one."),
            .init("reloads", .bool, "An installer or a deploy or post hook makes services read the new certificate."),
            .init("services", .list(.string), "The services that present it."),
        ])

    static let certbot = RecordSchema(
        "certbot", "certbot's renewals.",
        fields: [
            .init("lineages", .list(.record(lineage)), "What it renews."),
            .init("hooks", .list(.record(hook)), "What it runs before and after."),
            .init("scheduled", .bool, "An enabled timer or a crontab runs it."),
        ])
}
