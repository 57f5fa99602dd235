// SPDX-License-Identifier: GPL-3.0-or-later
import Facts
import Model
import Scan

/// Software that servers of the kind guaita is for run, how it is noticed, and which rules look at it.
struct Software {
    /// Its name, the same in all languages.
    let name: String
    /// The root of the catalogue that holds its own configuration, once guaita reads it.
    let root: String
    /// Names of its services, without `.service`; what follows one may be anything but a letter, as in `odoo-16`.
    let services: [String]
    /// Globs over the packages that bring it.
    let packages: [Glob]
    /// Globs over the ids of the rules that look at it.
    let rules: [Glob]

    private init(_ name: String, root: String, services: [String], packages: [String], rules: [String]) {
        self.name = name
        self.root = root
        self.services = services
        self.packages = packages.map { Glob($0) }
        self.rules = rules.map { Glob($0) }
    }

    /// Whether the catalogue has its configuration.
    var isRead: Bool { FactCollection.catalogue.contains { $0.name == root } }

    /// Whether a unit is one of its services.
    func runs(as unit: String) -> Bool {
        services.contains { service in
            guard unit.hasPrefix(service), let next = unit.utf8.dropFirst(service.utf8.count).first else {
                return false
            }
            return !(0x61...0x7A).contains(next.asciiLowercased)
        }
    }

    /// Whether a package brings it.
    func comes(with package: String) -> Bool { packages.contains { $0.matches(package) } }

    /// Whether a rule looks at it.
    func isJudged(by rule: String) -> Bool { rules.contains { $0.matches(rule) } }

    private static let web = ["log.web-*", "log.git-served", "log.secrets-served"]

    /// What is looked for, in the order it is told.
    static let all: [Software] = [
        Software(
            "OpenSSH", root: "sshd", services: ["ssh", "sshd"], packages: ["openssh-server"],
            rules: ["ssh.*", "log.ssh-*", "files.ssh-*"]),
        Software("nginx", root: "nginx", services: ["nginx"], packages: ["nginx"], rules: web + ["log.nginx-*"]),
        Software("Apache", root: "apache", services: ["apache2"], packages: ["apache2"], rules: web),
        Software("HAProxy", root: "haproxy", services: ["haproxy"], packages: ["haproxy"], rules: []),
        Software(
            "PostgreSQL", root: "postgresql", services: ["postgresql"], packages: ["postgresql", "postgresql-1?"],
            rules: ["log.postgresql-*", "postgresql.*"]),
        Software(
            "MariaDB", root: "mariadb", services: ["mariadb", "mysql"], packages: ["mariadb-server*", "mysql-server*"],
            rules: []),
        Software("Redis", root: "redis", services: ["redis"], packages: ["redis-server"], rules: []),
        Software(
            "Docker", root: "docker", services: ["docker"], packages: ["docker.io", "docker-ce"], rules: ["docker.*"]),
        Software("Odoo", root: "odoo", services: ["odoo"], packages: ["odoo"], rules: ["odoo.*"]),
        Software("PHP", root: "php", services: ["php"], packages: ["php*-fpm"], rules: []),
        Software("Postfix", root: "postfix", services: ["postfix"], packages: ["postfix"], rules: []),
        Software("certbot", root: "certbot", services: ["certbot"], packages: ["certbot"], rules: ["tls.renewal-*"]),
    ]
}
