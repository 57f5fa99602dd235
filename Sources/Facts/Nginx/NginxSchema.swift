// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// The kinds of record of the `nginx` facts.
enum NginxSchema {
    static let header = RecordSchema(
        "nginx.header", "A header that is added or set.",
        fields: [
            .init("name", .string, "Its name as written.", example: #""Strict-Transport-Security""#),
            .init("key", .string, "Its name in lower case.", example: #""strict-transport-security""#),
            .init("value", .string, "Its value, variables as written.", example: #""max-age=31536000""#),
            .init("always", .bool, "It is added to error answers, too."),
        ])

    static func header(name: String, value: String, always: Bool, _ source: SourceID) -> Record {
        Record(
            header,
            values: [
                .string(name, source), .string(name.asciiLowercased, source), .string(value, source),
                .bool(always, source),
            ])
    }

    private static func field(_ directive: NginxDirective) -> RecordSchema.Field {
        let fallback = directive.fallback.map { " Default: \($0)." } ?? ""
        return RecordSchema.Field(directive.name, directive.type, directive.documentation + fallback)
    }

    /// Settings that hold for a whole server, by their positions.
    static let ofServers = NginxDirective.settings.indices.filter {
        !NginxDirective.settings[$0].contexts.contains("L")
    }
    /// Settings that may differ from location to location, by their positions.
    static let ofLocations = NginxDirective.settings.indices.filter {
        NginxDirective.settings[$0].contexts.contains("L")
    }

    static let location = RecordSchema(
        "nginx.location",
        "What is in force in a location, or in a server where no location answers (`location` is then empty).",
        identity: ["server", "server_place", "location"],
        fields: [
            .init("server", .string, "The server's first name.", example: #""example.org""#),
            .init("server_place", .string, "Where the server block begins, for servers of one name."),
            .init(
                "location", .string, "The location as written, inner ones after outer ones.", example: #""~ \.php$""#),
            .init("path", .string, "Its path or expression alone.", example: #""/static""#),
            .init("kind", .string, "exact, prefix, preferred (`^~`), regex, named, or server.", example: #""prefix""#),
            .init("tls", .bool, "The server speaks TLS."),
            .init("redirects", .bool, "It answers with a redirect, whatever is asked."),
            .init("passes", .bool, "Requests go to an application: proxy_pass, fastcgi_pass and their like."),
            .init(
                "backend", .string, "The host proxy_pass names, without port. Absent where there is none.",
                example: #""odoo""#),
            .init(
                "backend_known", .bool,
                "It is an address, an upstream block, localhost, in /etc/hosts, or a name with a dot. Absent without backend."
            ),
            .init(
                "lost_headers", .list(.string),
                "Headers that the level above adds and that an add_header here takes away."),
            .init(
                "lost_proxy_headers", .list(.string),
                "Headers that the level above sets for the application and that a proxy_set_header here takes away."),
        ] + ofLocations.map { field(NginxDirective.settings[$0]) })

    static let server = RecordSchema(
        "nginx.server", "A server block.", identity: ["name", "place"],
        fields: [
            .init("name", .string, "Its first name; empty for requests without one.", example: #""example.org""#),
            .init("place", .string, "Where its block begins.", example: #""/etc/nginx/sites-enabled/web:1""#),
            .init("server_name", .list(.string), "All its names.", example: #"["example.org", "www.example.org"]"#),
            .init("listen", .list(.string), "The sockets it listens on.", example: #"["0.0.0.0:443", "[::]:443"]"#),
            .init("default_of", .list(.string), "Those on which it answers for names that nobody has."),
            .init("tls", .bool, "It speaks TLS."),
            .init("redirects", .bool, "It answers everything with a redirect."),
            .init(
                "tls_protocols", .list(.string),
                "Versions of TLS its sockets agree to: those of each socket's default server, which decide before a name is known."
            ),
            .init(
                "locations", .list(.record(location)),
                "Its locations, and itself where no `location /` answers for the rest."),
        ] + ofServers.map { field(NginxDirective.settings[$0]) })

    static let socket = RecordSchema(
        "nginx.socket", "An address and port nginx listens on.", identity: ["address"],
        fields: [
            .init("address", .string, "Address and port.", example: #""0.0.0.0:443""#),
            .init("tls", .bool, "TLS is spoken."),
            .init("servers", .int, "Server blocks that share it."),
            .init(
                "default_server", .string, "First name of the server that answers for unknown names.", example: #""_""#),
            .init("default_named", .bool, "A `default_server` says so; otherwise the first block is it."),
            .init(
                "ssl_protocols", .list(.string), "Versions of TLS in force, by the default server. Empty without TLS."),
        ])

    static let upstream = RecordSchema(
        "nginx.upstream", "An upstream block.", identity: ["name"],
        fields: [
            .init("name", .string, "Its name.", example: #""odoo""#),
            .init("servers", .list(.string), "Its servers with their parameters.", example: #"["127.0.0.1:8069"]"#),
            .init("keepalive", .int, "Idle connections kept open; 0 without.", example: "32"),
        ])

    static let answer = RecordSchema(
        "nginx.answer", "Who answers a request and with what in force.",
        fields: [
            .init("socket", .record(socket), "The socket."), .init("server", .record(server), "The server."),
            .init(
                "location", .record(location),
                "The location that answers in the end, after rewrites and try_files, with the settings of an `if` that holds."
            ),
            .init("uri", .string, "The path that location was found by.", example: #""/index.php""#),
            .init(
                "returns", .string,
                "Status and address or text of a `return` or of a redirect. Absent where something else answers.",
                example: #""301 https://example.org/""#),
            .init(
                "upstream", .list(.string), "Whom proxy_pass passes the request to. Absent without proxy_pass.",
                example: #"["127.0.0.1:8069"]"#),
            .init(
                "passed_uri", .string, "The path and query the application gets. Absent without proxy_pass.",
                example: #""/web?debug=1""#),
            .init(
                "proxy_headers", .list(.record(header)),
                "Headers the application gets from nginx, variables filled in. Absent without proxy_pass."),
        ])

    static let root = RecordSchema(
        "nginx", "nginx's configuration in force.",
        fields: [
            .init(
                "valid", .bool,
                "Nothing in the files is known to be refused by nginx; where it is, nginx does not start or reload."),
            .init("errors", .list(.string), "What nginx refuses, each with its place."),
            .init("files", .list(.string), "The files read, in nginx's order."),
            .init("not_enabled", .list(.string), "Files of sites-available that nothing includes."),
            .init("user", .string, "The user the workers run as.", example: #""www-data""#),
            .init("worker_processes", .string, "Workers, or `auto`.", example: #""auto""#),
            .init("worker_connections", .int, "Connections a worker may have. Default: 512.", example: "768"),
            .init(
                "worker_rlimit_nofile", .int, "Open files a worker may have. Absent where the service's limit holds."),
            .init("sockets", .list(.record(socket)), "The sockets."),
            .init("upstreams", .list(.record(upstream)), "The upstream blocks."),
            .init("servers", .list(.record(server)), "The servers."),
            .init(
                "answer", .record(answer),
                "For one request, as `guaita facts nginx --for listen=443,server=example.org,path=/` asks. Absent otherwise."
            ),
        ])
}
