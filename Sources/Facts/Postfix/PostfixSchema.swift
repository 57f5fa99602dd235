// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// The kinds of record of the `postfix` facts.
enum PostfixSchema {
    static let service = RecordSchema(
        "postfix.service", "A network service of master.cf that takes mail (smtpd).", identity: ["name"],
        fields: [
            .init("name", .string, "As master.cf names it.", example: #""submission""#),
            .init("open", .bool, "It listens on more than the loopback addresses."),
            .init("tls", .string, "`none`, `may`, `encrypt` or `wrapped` (from the first byte)."),
            .init("login", .bool, "Clients may log in."),
            .init("login_in_the_clear", .bool, "They may log in without TLS."),
            .init(
                "relays_for_strangers", .bool, "Anybody may send to anywhere through it; not known where tables decide."
            ),
        ])

    static let postfix = RecordSchema(
        "postfix", "Postfix with main.cf and master.cf: parameters in force, expanded.",
        fields: PostfixParameter.all.map { .init($0.name, .string, $0.documentation) } + [
            .init("valid", .bool, "Postfix takes the files."),
            .init("errors", .list(.string), "What it would end over."),
            .init("services", .list(.record(service)), "Network services that take mail."),
            .init(
                "trusted_public_networks", .list(.string),
                "Networks of mynetworks that are public and of more than 256."),
            .init(
                "serves_domains", .bool, "It takes mail for a domain that is not this host's own name."),
        ])
}
