// SPDX-License-Identifier: GPL-3.0-or-later

/// The directives that decide an answer, with the contexts, arguments and defaults of nginx.org's "Alphabetical index of
/// directives" for 1.22. A directive that is not here is passed over: a module may bring it.
extension NginxDirective {
    static let all: [NginxDirective] = main + core + access + proxy + tls + others

    private static let many = 1...1000

    private static let main: [NginxDirective] = [
        .init("user", .text, nil, "M", 1...2, "The user, and group, the workers run as."),
        .init("worker_processes", .text, "1", "M", 1...1, "Workers, or `auto`: one a processor."),
        .init("worker_rlimit_nofile", .int, nil, "M", 1...1, "Open files a worker may have."),
        .init("pid", .text, nil, "M", 1...1, "The file of the process id."),
        .init("daemon", .flag, "on", "M", 1...1, "Goes to the background."),
        .init("events", .other, nil, "M", 0...0, ""), .init("http", .other, nil, "M", 0...0, ""),
        .init("worker_connections", .int, "512", "E", 1...1, "Connections a worker may have."),
        .init("multi_accept", .flag, "off", "E", 1...1, "Takes all new connections at once."),
        .init("server", .other, nil, "HU", 0...1000, ""), .init("location", .other, nil, "SL", 1...2, ""),
        .init("limit_except", .other, nil, "L", many, ""), .init("upstream", .other, nil, "H", 1...1, ""),
        .init("listen", .other, nil, "S", many, ""), .init("server_name", .other, nil, "S", many, ""),
        .init("if", .other, nil, "SL", many, ""), .init("set", .other, nil, "SFLI", 2...2, ""),
        .init("rewrite", .other, nil, "SFLI", 2...3, ""), .init("break", .other, nil, "SFLI", 0...0, ""),
        .init("map", .other, nil, "H", 2...2, ""), .init("geo", .other, nil, "H", 1...2, ""),
        .init("types", .other, nil, "HSL", 0...0, ""), .init("split_clients", .other, nil, "H", 2...2, ""),
        .init("log_format", .other, nil, "H", 2...1000, ""), .init("limit_req_zone", .other, nil, "H", 3...4, ""),
        .init("limit_conn_zone", .other, nil, "H", 2...2, ""),
        .init("proxy_cache_path", .other, nil, "H", 2...1000, ""),
    ]

    private static let core: [NginxDirective] = [
        .init("root", .text, "html", "HSLI", 1...1, "The directory of the files served."),
        .init("alias", .text, nil, "L", 1...1, "What the location's prefix is replaced by."),
        .init("index", .words, "index.html", "HSL", many, "Files served for a directory."),
        .init("try_files", .text, nil, "SL", 2...1000, own: true, "Files looked for, then where the request goes."),
        .init("return", .text, nil, "SFLI", 1...2, own: true, "Answers with this status or address."),
        .init("internal", .flag, "off", "L", 0...0, own: true, "No client reaches it."),
        .init("stub_status", .flag, "off", "SL", 0...1, own: true, "Answers with nginx's counters."),
        .init("autoindex", .flag, "off", "HSL", 1...1, "Lists directories without index file."),
        .init("client_max_body_size", .size, "1m", "HSL", 1...1, "The largest request body; 0 is no limit."),
        .init("client_body_buffer_size", .size, "16k", "HSL", 1...1, "A larger body goes to a file."),
        .init("client_body_timeout", .time, "60s", "HSL", 1...1, "The longest pause in a request's body."),
        .init("client_header_timeout", .time, "60s", "HS", 1...1, "The longest a request's header may take."),
        .init("send_timeout", .time, "60s", "HSL", 1...1, "The longest pause of a client that reads."),
        .init("keepalive_timeout", .time, "75s", "HSL", 1...2, "How long an idle connection stays open; 0 closes."),
        .init("keepalive_requests", .int, "1000", "HSL", 1...1, "Requests over one connection."),
        .init("server_tokens", .text, "on", "HSL", 1...1, "`on` tells clients the version."),
        .init("sendfile", .flag, "off", "HSLI", 1...1, "Files go out by sendfile(2)."),
        .init("tcp_nopush", .flag, "off", "HSL", 1...1, "Full packets with sendfile."),
        .init("default_type", .text, "text/plain", "HSL", 1...1, "The type of files of no known type."),
        .init("resolver", .words, nil, "HSL", many, "Name servers for names that are looked up while running."),
        .init("resolver_timeout", .time, "30s", "HSL", 1...1, "The longest such a lookup may take."),
        .init("error_page", .lines, nil, "HSLI", 2...1000, "What is sent for errors."),
        .init("error_log", .lines, "/var/log/nginx/error.log", "MHSL", many, "Where errors are logged."),
        .init("satisfy", .text, "all", "HSL", 1...1, "`any`: address or password is enough."),
        .init("absolute_redirect", .flag, "on", "HSL", 1...1, "Redirects name the host."),
        .init(
            "server_name_in_redirect", .flag, "off", "HSL", 1...1, "Redirects name the server, not the request's host."),
        .init("merge_slashes", .flag, "on", "HS", 1...1, "Slashes next to each other count as one."),
        .init("underscores_in_headers", .flag, "off", "HS", 1...1, "Header names may have underscores."),
        .init(
            "large_client_header_buffers", .text, "4 8k", "HS", 2...2, "Number and size of buffers for long headers."),
        .init("disable_symlinks", .text, "off", "HSL", 1...2, "Symbolic links that are not followed."),
        .init("open_file_cache", .text, "off", "HSL", 1...3, "What is kept of open files."),
        .init("limit_rate", .text, "0", "HSLI", 1...1, "Bytes a second of an answer; 0 is no limit."),
        .init("gzip", .flag, "off", "HSLI", 1...1, "Answers are compressed."),
        .init("gzip_types", .words, "text/html", "HSL", many, "Types compressed besides text/html."),
        .init("gzip_proxied", .words, "off", "HSL", many, "Which answers to proxies are compressed."),
        .init("gzip_vary", .flag, "off", "HSL", 1...1, "Says that answers vary by compression."),
        .init(
            "access_log", .lines, "/var/log/nginx/access.log combined", "HSLIX", many,
            "Where requests are logged; `off`: nowhere."),
    ]

    private static let access: [NginxDirective] = [
        .init("allow", .lines, nil, "HSLX", 1...1, "The rules of `allow` and `deny` in order, as `deny all`."),
        .init("deny", .other, nil, "HSLX", 1...1, ""),
        .init("auth_basic", .text, "off", "HSLX", 1...1, "The realm a password is asked for; `off`: none."),
        .init("auth_basic_user_file", .text, nil, "HSLX", 1...1, "The file of the passwords' hashes."),
        .init("auth_request", .text, "off", "HSL", 1...1, "Where a subrequest asks for permission."),
        .init("limit_req", .lines, nil, "HSL", 1...3, "Limits of requests by zone."),
        .init("limit_conn", .lines, nil, "HSL", 2...2, "Limits of connections by zone."),
        .init("set_real_ip_from", .lines, nil, "HSL", 1...1, "Proxies that are believed about the client's address."),
        .init("real_ip_header", .text, "X-Real-IP", "HSL", 1...1, "The header they tell it in."),
        .init("dav_methods", .words, "off", "HSL", many, "Methods by which clients change files."),
        .init("add_header", .headers, nil, "HSLI", 2...3, "Headers added to answers."),
        .init("expires", .text, "off", "HSLI", 1...2, "How long answers may be kept."),
    ]

    private static let proxy: [NginxDirective] = [
        .init("proxy_pass", .text, nil, "LIX", 1...1, own: true, "Where requests are passed on to."),
        .init("fastcgi_pass", .text, nil, "LI", 1...1, own: true, "The FastCGI server that answers."),
        .init("uwsgi_pass", .text, nil, "LI", 1...1, own: true, "The uwsgi server that answers."),
        .init("scgi_pass", .text, nil, "LI", 1...1, own: true, "The SCGI server that answers."),
        .init("grpc_pass", .text, nil, "LI", 1...1, own: true, "The gRPC server that answers."),
        .init(
            "proxy_set_header", .headers, nil, "HSL", 2...2,
            "Headers set on requests passed on; an empty value leaves one out."),
        .init("proxy_hide_header", .lines, nil, "HSL", 1...1, "Headers of the application that are not passed on."),
        .init("proxy_connect_timeout", .time, "60s", "HSL", 1...1, "The longest to connect to the application."),
        .init("proxy_read_timeout", .time, "60s", "HSL", 1...1, "The longest pause of the application's answer."),
        .init("proxy_send_timeout", .time, "60s", "HSL", 1...1, "The longest pause of an application that reads."),
        .init("proxy_buffering", .flag, "on", "HSL", 1...1, "Answers are taken in before they go out."),
        .init("proxy_request_buffering", .flag, "on", "HSL", 1...1, "Bodies are taken in before they are passed on."),
        .init("proxy_http_version", .text, "1.0", "HSL", 1...1, "HTTP's version towards the application."),
        .init("proxy_redirect", .lines, "default", "HSL", 1...2, "How redirects of the application are rewritten."),
        .init("proxy_intercept_errors", .flag, "off", "HSL", 1...1, "error_page counts for the application's errors."),
        .init("proxy_ssl_verify", .flag, "off", "HSL", 1...1, "The application's certificate is verified."),
        .init("proxy_ssl_server_name", .flag, "off", "HSL", 1...1, "The application is told the name (SNI)."),
        .init("proxy_ssl_trusted_certificate", .text, nil, "HSL", 1...1, "The roots it is verified against."),
        .init("proxy_cache", .text, "off", "HSL", 1...1, "The zone answers are kept in."),
        .init("fastcgi_param", .lines, nil, "HSL", 2...3, "Parameters for a FastCGI server."),
        .init("fastcgi_read_timeout", .time, "60s", "HSL", 1...1, "The longest pause of a FastCGI server's answer."),
        .init("uwsgi_read_timeout", .time, "60s", "HSL", 1...1, "The longest pause of a uwsgi server's answer."),
        .init("grpc_read_timeout", .time, "60s", "HSL", 1...1, "The longest pause of a gRPC server's answer."),
    ]

    private static let tls: [NginxDirective] = [
        .init("ssl", .flag, "off", "HS", 1...1, "The old way to speak TLS on all the server's sockets."),
        .init("ssl_certificate", .lines, nil, "HS", 1...1, "Certificates with their chains."),
        .init("ssl_certificate_key", .lines, nil, "HS", 1...1, "Their keys."),
        .init("ssl_protocols", .words, "TLSv1 TLSv1.1 TLSv1.2", "HS", many, "Versions of TLS."),
        .init(
            "ssl_ciphers", .text, "HIGH:!aNULL:!MD5", "HS", 1...1, "Cipher suites below TLS 1.3, in OpenSSL's words."),
        .init("ssl_prefer_server_ciphers", .flag, "off", "HS", 1...1, "The server's order counts."),
        .init("ssl_ecdh_curve", .text, "auto", "HS", 1...1, "Groups for the key exchange."),
        .init("ssl_dhparam", .text, nil, "HS", 1...1, "The file of Diffie-Hellman parameters."),
        .init("ssl_session_tickets", .flag, "on", "HS", 1...1, "Sessions go on by tickets."),
        .init("ssl_session_timeout", .time, "5m", "HS", 1...1, "How long a session may go on."),
        .init("ssl_session_cache", .text, "none", "HS", 1...2, "Where sessions are kept."),
        .init("ssl_stapling", .flag, "off", "HS", 1...1, "OCSP answers are sent along."),
        .init("ssl_stapling_verify", .flag, "off", "HS", 1...1, "They are verified first."),
        .init("ssl_verify_client", .text, "off", "HS", 1...1, "Clients show a certificate."),
        .init("ssl_client_certificate", .text, nil, "HS", 1...1, "The roots clients are verified against."),
        .init("ssl_trusted_certificate", .text, nil, "HS", 1...1, "Roots that are not told to clients."),
        .init(
            "ssl_early_data", .flag, "off", "HS", 1...1,
            "TLS 1.3 takes data in the first flight, which can be replayed."),
        .init("ssl_reject_handshake", .flag, "off", "HS", 1...1, "Handshakes are refused."),
    ]

    /// Of upstream blocks; `server` is above.
    private static let others: [NginxDirective] = [
        .init("keepalive", .other, nil, "U", 1...1, ""), .init("least_conn", .other, nil, "U", 0...0, ""),
        .init("ip_hash", .other, nil, "U", 0...0, ""), .init("hash", .other, nil, "U", 1...2, ""),
    ]
}
