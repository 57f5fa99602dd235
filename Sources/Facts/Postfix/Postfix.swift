// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// Postfix: parameters of main.cf with their defaults, and what master.cf has the services do (postconf(5), master(5) of
/// Postfix 3.7).
public struct PostfixCollector: Collector {
    /// The collector.
    public init() {}

    /// `postfix`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "postfix", .record(PostfixSchema.postfix),
                "Postfix: parameters in force and services that take mail. Absent without /etc/postfix/main.cf.",
                example: "postfix.services.exists(s, s.open && s.login_in_the_clear)")
        ]
    }

    /// One record, `.absent` without Postfix.
    public func collect(_ collection: Collection) -> [Value] {
        do throws(HostError) {
            return [PostfixState(try collection.host.read(PostfixState.main, limit: 4 << 20).bytes, collection).record]
        } catch .notFound {
            return [.absent]
        } catch {
            return [
                .unknown(
                    "postfix", "\(PostfixState.main): \(error.description)",
                    collection.source(PostfixState.main, means: .file))
            ]
        }
    }
}

/// Everything the collector knows of one host.
struct PostfixState {
    static let main = "/etc/postfix/main.cf"
    static let master = "/etc/postfix/master.cf"

    private let collection: Collection
    private let values: [String: [PostfixConfiguration.Assignment]]
    private let services: PostfixServices?
    private let masterFailure: String
    private let hostName: String?
    private var errors: [(path: String, line: Int, message: String)]

    init(_ bytes: [UInt8], _ collection: Collection) {
        self.collection = collection
        let configuration = PostfixConfiguration(bytes)
        values = Dictionary(grouping: configuration.assignments, by: \.name)
        errors = configuration.problems.map { (Self.main, $0.line, $0.message) }
        do throws(HostError) {
            let services = PostfixServices(try collection.host.read(Self.master, limit: 4 << 20).bytes)
            errors += services.problems.map { (Self.master, $0.line, $0.message) }
            self.services = services
            masterFailure = ""
        } catch {
            services = nil
            masterFailure = "\(Self.master): \(error.description)"
        }
        let name = (try? collection.host.read("/etc/hostname", limit: 4096).bytes) ?? []
        hostName = name.split(whereSeparator: { $0 <= 0x20 }).first.map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Parameters

    /// The text of a parameter before it is expanded; nil where nobody knows.
    private func raw(_ name: String, _ overrides: [PostfixConfiguration.Assignment] = []) -> String? {
        if let own = overrides.last(where: { $0.name == name }) { return own.value }
        if let set = values[name]?.last { return set.value }
        switch name {
        // A name without a domain is completed (postconf(5), myhostname).
        case "myhostname": return hostName.map { $0.utf8.contains(0x2E) ? $0 : $0 + ".localdomain" }
        case "mydomain":
            guard let name = expanded("myhostname", overrides).value else { return nil }
            guard let dot = name.firstIndex(of: "."), name.index(after: dot) < name.endIndex else {
                return "localdomain"
            }
            return String(name[name.index(after: dot)...])
        default: return PostfixParameter.all.first { $0.name == name }?.preset
        }
    }

    /// A parameter as it is in force, or why it is not known.
    private func expanded(
        _ name: String, _ overrides: [PostfixConfiguration.Assignment] = []
    ) -> (value: String?, reason: String) {
        guard let text = raw(name, overrides) else { return (nil, "its default depends on the running machine") }
        // `mydomain` is made of `myhostname`: without one its own name there is no end.
        var expansion = PostfixExpansion { inner in
            name == "myhostname" && inner == "mydomain" && values[inner] == nil ? "localdomain" : raw(inner, overrides)
        }
        let value = expansion.expand(text)
        if let problem = expansion.problem { return (nil, problem) }
        if let unknown = expansion.unknown.sorted().first {
            return (nil, "it refers to \(unknown), which is not known")
        }
        return (value, "")
    }

    private func source(_ name: String) -> SourceID {
        guard let set = values[name], let winner = set.last else {
            return collection.source(Self.main, means: .default)
        }
        let losers = set.dropLast().map {
            Source.Overridden(origin: Origin(path: Self.main, line: $0.line), text: "\(name) = \($0.value)")
        }
        return collection.source(
            Source(
                Origin(path: Self.main, line: winner.line), text: "\(name) = \(winner.value)", overrode: Array(losers)))
    }

    // MARK: The record

    var record: Value {
        let file = collection.source(Self.main, means: .file)
        var fields: [String: Value] = [:]
        var errors = errors
        for parameter in PostfixParameter.all {
            let (value, reason) = expanded(parameter.name)
            fields[parameter.name] =
                value.map { .string($0, source(parameter.name)) }
                ?? .unknown("postfix.\(parameter.name)", reason, source(parameter.name))
        }
        for (name, set) in values.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            var expansion = PostfixExpansion { raw($0) ?? "" }
            _ = expansion.expand(set.last?.value ?? "")
            if let problem = expansion.problem {
                errors.append((Self.main, set.last?.line ?? 0, "\(name): \(problem)"))
            }
        }
        let told = errors.map {
            Value.string("\($0.path):\($0.line): \($0.message)", collection.source($0.path, $0.line, text: $0.message))
        }
        fields["errors"] = .list(told, told.first?.source ?? file)
        fields["valid"] = .bool(told.isEmpty, told.first?.source ?? file)
        fields["services"] =
            services.map { .list($0.services.compactMap(service), collection.source(Self.master, means: .file)) }
            ?? .unknown("postfix.services", masterFailure)
        fields["trusted_public_networks"] = trustedNetworks
        fields["serves_domains"] = servesDomains
        return .record(Record(PostfixSchema.postfix, fields), file)
    }

    /// The record of a service; nil for one that is not smtpd on the network.
    private func service(_ service: PostfixServices.Service) -> Value? {
        guard service.type == "inet", service.program == "smtpd" || service.program == "postscreen" else { return nil }
        let here = collection.source(
            Self.master, service.line, text: "\(service.name) \(service.type) … \(service.program)")
        func text(_ name: String) -> (value: String?, source: SourceID) {
            let source = service.overrides.contains { $0.name == name } ? here : source(name)
            return (expanded(name, service.overrides).value, source)
        }
        func isYes(_ name: String) -> Bool? { text(name).value.map { $0 == "yes" } }
        let tls: String? =
            switch (isYes("smtpd_tls_wrappermode"), text("smtpd_tls_security_level").value) {
            case (true, _): "wrapped"
            case (nil, _), (_, nil): nil
            // postconf(5): the old parameters count where the new one is empty.
            case (_, ""):
                isYes("smtpd_enforce_tls") == true ? "encrypt" : isYes("smtpd_use_tls") == true ? "may" : "none"
            case (_, let level?): level
            }
        let login = isYes("smtpd_sasl_auth_enable")
        let only = isYes("smtpd_tls_auth_only")
        let level = text("smtpd_tls_security_level").source
        var fields: [String: Value] = ["name": .string(service.name, here)]
        fields["open"] = isOpen(service, here)
        fields["tls"] = tls.map { .string($0, level) } ?? .unknown("tls", "a parameter is not known")
        fields["login"] =
            login.map { .bool($0, text("smtpd_sasl_auth_enable").source) } ?? .unknown("login", "not known")
        if let tls, let login, let only {
            fields["login_in_the_clear"] = .bool(
                login && !only && (tls == "may" || tls == "none"), text("smtpd_sasl_auth_enable").source)
        } else {
            fields["login_in_the_clear"] = .unknown("login_in_the_clear", "a parameter is not known")
        }
        fields["relays_for_strangers"] = PostfixRelay(
            relay: text("smtpd_relay_restrictions").value, recipient: text("smtpd_recipient_restrictions").value,
            client: text("smtpd_client_restrictions").value, networks: text("mynetworks").value ?? ""
        ).verdict(text("smtpd_relay_restrictions").source)
        return .record(Record(PostfixSchema.service, fields), here)
    }

    private func isOpen(_ service: PostfixServices.Service, _ here: SourceID) -> Value {
        if let address = PostfixNetwork.host(of: service.name) {
            return .bool(!PostfixNetwork.isLoopback(address), here)
        }
        let (value, reason) = expanded("inet_interfaces", service.overrides)
        guard let value else { return .unknown("open", reason) }
        let words = PostfixNetwork.words(value)
        return .bool(!words.allSatisfy { PostfixNetwork.isLoopback($0) }, source("inet_interfaces"))
    }

    private var trustedNetworks: Value {
        let source = source("mynetworks")
        guard values["mynetworks"] != nil else {
            let (style, reason) = expanded("mynetworks_style")
            // `host`: this machine alone. The others follow the addresses of its interfaces.
            guard style == "host" else {
                return .unknown("postfix.trusted_public_networks", style.map { "mynetworks_style is \($0)" } ?? reason)
            }
            return .list([], source)
        }
        let (value, reason) = expanded("mynetworks")
        guard let value else { return .unknown("postfix.trusted_public_networks", reason, source) }
        let words = PostfixNetwork.words(value)
        let wide = words.filter { PostfixNetwork($0)?.isPublicAndWide == true }
        if wide.isEmpty, let table = words.first(where: { PostfixNetwork($0) == nil && !$0.hasPrefix("!") }) {
            return .unknown("postfix.trusted_public_networks", "mynetworks refers to \(table)", source)
        }
        return .strings(wide, source)
    }

    private var servesDomains: Value {
        for name in ["mydestination", "relay_domains", "virtual_mailbox_domains", "virtual_alias_domains"] {
            let (value, reason) = expanded(name)
            guard let value, let own = expanded("myhostname").value else {
                return .unknown("postfix.serves_domains", reason, source(name))
            }
            let short = own.prefix { $0 != "." }
            let words = PostfixNetwork.words(value).filter { word in
                word != own && word != short && word != hostName ?? own && word != "localhost"
                    && !word.hasPrefix("localhost.")
            }
            if !words.isEmpty { return .bool(true, source(name)) }
        }
        return .bool(false, source("mydestination"))
    }
}
