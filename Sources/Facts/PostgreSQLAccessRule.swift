// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// One record of pg_hba.conf (PostgreSQL manual 21.1), read as parse_hba_line() of hba.c reads it.
struct PostgreSQLAccessRule: Sendable {
    let origin: Origin
    let type: String
    let databases: [PostgreSQLAuthenticationFile.Word]
    let users: [PostgreSQLAuthenticationFile.Word]
    /// Nil for `local`.
    let address: Address?
    let method: String
    let options: [Option]

    /// Whose connections a record is about.
    enum Address: Sendable, Hashable {
        case all, sameHost, sameNetwork
        case network(PostgreSQLNetwork)
        /// A name that the server looks up; with a dot before it, everything below it.
        case host(String)
    }

    /// `name=value` after the method.
    struct Option: Sendable, Hashable {
        let name: String
        let value: String
        /// As it may be shown: secrets are left out.
        var shown: String {
            ["ldapbindpasswd", "radiussecrets"].contains(name) ? "\(name)=…" : "\(name)=\(value)"
        }
    }

    /// The address as written, with its mask as a second word.
    let addressText: String

    /// The line without options, which may hold secrets.
    var text: String {
        let names = { (words: [PostgreSQLAuthenticationFile.Word]) in words.map(\.shown).joined(separator: ",") }
        return ([type, names(databases), names(users), addressText, method].filter { !$0.isEmpty })
            .joined(separator: " ")
    }

    /// Why the server refuses a line.
    struct Refusal: Error { let reason: String }

    private typealias Fields = ArraySlice<[PostgreSQLAuthenticationFile.Word]>

    init(_ fields: [[PostgreSQLAuthenticationFile.Word]], at origin: Origin, major: Int, mapsUsersByDatabase: Bool)
        throws(Refusal)
    {
        self.origin = origin
        var rest = fields[...]
        type = try Self.single(&rest, "connection type").text
        guard ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"].contains(type) else {
            throw Refusal(reason: "invalid connection type \"\(type)\"")
        }
        guard let databases = rest.popFirst() else { throw Refusal(reason: "no database") }
        guard let users = rest.popFirst() else { throw Refusal(reason: "no role") }
        self.databases = databases
        self.users = users
        if type == "local" {
            address = nil
            addressText = ""
        } else {
            (address, addressText) = try Self.address(&rest)
        }
        var method = try Self.single(&rest, "authentication method").text
        let isKnown = Self.methods.contains(method) || (method == "oauth" && major >= 18)
        guard isKnown, !(method == "md5" && mapsUsersByDatabase) else {
            throw Refusal(reason: "authentication method \"\(method)\" cannot be used")
        }
        if type == "local", method == "ident" { method = "peer" }
        if type == "local", method == "gss" || method == "cert" {
            throw Refusal(reason: "\(method) cannot be used on local sockets")
        }
        if type != "local", method == "peer" { throw Refusal(reason: "peer is for local sockets alone") }
        if method == "cert", type != "hostssl" { throw Refusal(reason: "cert is for hostssl alone") }
        self.method = method
        options = try Self.options(rest, type: type, method: method, major: major)
    }

    /// What Debian's packages are built with.
    private static let methods: Set<String> = [
        "trust", "ident", "peer", "password", "gss", "reject", "md5", "scram-sha-256", "pam", "ldap", "cert", "radius",
    ]

    private static func single(_ rest: inout Fields, _ what: String) throws(Refusal)
        -> PostgreSQLAuthenticationFile.Word
    {
        guard let field = rest.popFirst(), let word = field.first else { throw Refusal(reason: "no \(what)") }
        guard field.count == 1 else { throw Refusal(reason: "more than one \(what)") }
        return word
    }

    private static func address(_ rest: inout Fields) throws(Refusal) -> (Address, String) {
        let word = try single(&rest, "address")
        if word.isKeyword("all") { return (.all, word.text) }
        if word.isKeyword("samehost") { return (.sameHost, word.text) }
        if word.isKeyword("samenet") { return (.sameNetwork, word.text) }
        let parts = word.text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(decoding: parts[0], as: UTF8.self)
        let bytes = PostgreSQLNetwork.bytes(name)
        if parts.count == 2 {
            guard let bytes else { throw Refusal(reason: "a host name with a mask: \"\(word.text)\"") }
            guard let prefix = prefixLength(Array(parts[1])), let network = PostgreSQLNetwork(bytes, prefix: prefix)
            else { throw Refusal(reason: "invalid mask in address \"\(word.text)\"") }
            return (.network(network), word.text)
        }
        guard let bytes else { return (.host(name), word.text) }
        let mask = try single(&rest, "netmask")
        guard let maskBytes = PostgreSQLNetwork.bytes(mask.text), maskBytes.count == bytes.count else {
            throw Refusal(reason: "invalid netmask \"\(mask.text)\"")
        }
        return (.network(PostgreSQLNetwork(address: bytes, mask: maskBytes)), "\(word.text) \(mask.text)")
    }

    /// pg_sockaddr_cidr_mask(): strtol(3), and nothing after it.
    private static func prefixLength(_ text: [UInt8]) -> Int? {
        var digits = text.drop(while: CNumber.isSpace)
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self)).map { isNegative ? -$0 : $0 }
    }

    // MARK: Options

    /// What each method may be told.
    private static let optionMethods: [String: Set<String>] = [
        "map": ["ident", "peer", "gss", "cert", "oauth"], "krb_realm": ["gss"], "include_realm": ["gss"],
        "pamservice": ["pam"], "pam_use_hostname": ["pam"], "radiusservers": ["radius"], "radiusports": ["radius"],
        "radiussecrets": ["radius"], "radiusidentifiers": ["radius"],
    ]
    private static let ldapOptions: Set<String> = [
        "ldapurl", "ldaptls", "ldapscheme", "ldapserver", "ldapport", "ldapbinddn", "ldapbindpasswd",
        "ldapsearchattribute", "ldapsearchfilter", "ldapbasedn", "ldapprefix", "ldapsuffix",
    ]

    private static func options(_ fields: Fields, type: String, method: String, major: Int) throws(Refusal) -> [Option]
    {
        var options: [Option] = []
        for word in fields.joined() {
            let parts = word.text.utf8.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw Refusal(reason: "an option without a value") }
            let option = Option(
                name: String(decoding: parts[0], as: UTF8.self), value: String(decoding: parts[1], as: UTF8.self))
            try check(option, type: type, method: method, major: major)
            options.append(option)
        }
        let names = Set(options.map(\.name))
        if method == "ldap" { try checkLDAP(options, names) }
        if method == "radius" { try checkRADIUS(options) }
        return options
    }

    /// One secret, port or identifier for all servers, or one for each.
    private static func checkRADIUS(_ options: [Option]) throws(Refusal) {
        func words(_ name: String) -> [String] {
            options.last { $0.name == name }?.value.split(separator: ",").map(String.init) ?? []
        }
        let servers = words("radiusservers").count
        guard servers > 0, !words("radiussecrets").isEmpty else {
            throw Refusal(reason: "radius needs radiusservers and radiussecrets")
        }
        for name in ["radiussecrets", "radiusports", "radiusidentifiers"]
        where ![0, 1, servers].contains(words(name).count) {
            throw Refusal(reason: "\(name): neither one nor as many as radiusservers")
        }
        guard words("radiusports").allSatisfy(isPort) else { throw Refusal(reason: "invalid radiusports") }
    }

    /// atoi(3) of it is not 0.
    private static func isPort(_ text: String) -> Bool {
        CNumber.integerOrReal(Array(text.utf8)).map { $0.0 != 0 } ?? false
    }

    private static func check(_ option: Option, type: String, method: String, major: Int) throws(Refusal) {
        switch option.name {
        case "clientcert":
            guard type == "hostssl" else { throw Refusal(reason: "clientcert is for hostssl alone") }
            var values: Set = ["verify-ca", "verify-full"]
            if major < 14 { values.formUnion(["0", "1", "no-verify"]) }
            guard values.contains(option.value), !(method == "cert" && option.value == "verify-ca") else {
                throw Refusal(reason: "invalid value for clientcert: \"\(option.value)\"")
            }
        case "clientname" where major >= 14:
            guard type == "hostssl" else { throw Refusal(reason: "clientname is for hostssl alone") }
            guard ["CN", "DN"].contains(option.value) else {
                throw Refusal(reason: "invalid value for clientname: \"\(option.value)\"")
            }
        case let name where ldapOptions.contains(name):
            guard method == "ldap" else { throw Refusal(reason: "\(name) is for ldap alone") }
            if name == "ldapport", !isPort(option.value) { throw Refusal(reason: "invalid ldapport") }
            if name == "ldapurl", !["ldap://", "ldaps://"].contains(where: { option.value.hasPrefix($0) }) {
                throw Refusal(reason: "invalid ldapurl")
            }
        case "issuer", "scope", "validator", "delegate_ident_mapping":
            guard method == "oauth" else { throw Refusal(reason: "\(option.name) is for oauth alone") }
        case let name:
            guard let methods = optionMethods[name] else { throw Refusal(reason: "no such option: \(name)") }
            guard methods.contains(method) else { throw Refusal(reason: "\(name) cannot be used with \(method)") }
        }
    }

    private static func checkLDAP(_ options: [Option], _ written: Set<String>) throws(Refusal) {
        var names = written
        if let url = options.last(where: { $0.name == "ldapurl" })?.value {
            // ldap://host/base?attribute?scope?filter (RFC 4516)
            let base =
                url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(3).first ?? ""
            let parts = base.split(separator: "?", omittingEmptySubsequences: false)
            for (part, name) in zip(parts, ["ldapbasedn", "ldapsearchattribute", "", "ldapsearchfilter"])
            where !part.isEmpty { names.insert(name) }
            // The names the address itself stands for.
            if !names.contains("ldapprefix"), !names.contains("ldapsuffix") { names.insert("ldapbasedn") }
            names.insert("ldapserver")
        }
        let binds = !names.isDisjoint(with: ["ldapprefix", "ldapsuffix"])
        let searches = !names.isDisjoint(with: [
            "ldapbasedn", "ldapbinddn", "ldapbindpasswd", "ldapsearchattribute", "ldapsearchfilter",
        ])
        guard names.contains("ldapserver") || names.contains("ldapbasedn") else {
            throw Refusal(reason: "ldap needs ldapserver")
        }
        if binds, searches { throw Refusal(reason: "ldapprefix and ldapsuffix do not go with a search") }
        if !binds, !names.contains("ldapbasedn") {
            throw Refusal(reason: "ldap needs ldapbasedn, ldapprefix or ldapsuffix")
        }
        if names.isSuperset(of: ["ldapsearchattribute", "ldapsearchfilter"]) {
            throw Refusal(reason: "ldapsearchattribute does not go with ldapsearchfilter")
        }
    }
}

extension PostgreSQLAuthenticationFile.Word {
    /// As it is written in the file.
    var shown: String { isQuoted ? "\"\(text)\"" : text }
}
