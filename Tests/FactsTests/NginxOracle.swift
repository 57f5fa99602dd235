// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// The real nginx: each configuration is served from a directory of its own on sockets there, and asked over HTTP. Nothing
/// listens on the network, and each server is ended by its process id.
struct NginxOracle {
    /// A configuration's `http` content, with LISTEN and OTHER for two sockets, and requests to the first.
    struct Case: Codable {
        var text: String
        var requests: [[String]]
    }

    /// What nginx answered, one a request: the status, then `name: value` of each header.
    struct Answer: Codable {
        var accepted: Bool
        var error: String
        var configuration: String
        var answers: [[String]]
    }

    static var obstacle: String? {
        for path in ["/usr/sbin/nginx", "/usr/bin/python3"] where !FileManager.default.isExecutableFile(atPath: path) {
            return "no \(path) here"
        }
        return nil
    }

    static func answers(_ cases: [Case]) throws -> [Answer] {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("guaita-nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: base) }
        try JSONEncoder().encode(cases).write(to: base.appendingPathComponent("cases.json"))
        try Data(driver.utf8).write(to: base.appendingPathComponent("driver.py"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [base.appendingPathComponent("driver.py").path, base.path]
        try process.run()
        process.waitUntilExit()
        let data = try Data(contentsOf: base.appendingPathComponent("answers.json"))
        return try JSONDecoder().decode([Answer].self, from: data)
    }

    private static let driver = #"""
        import json, os, socket, subprocess, sys, time
        base = sys.argv[1]
        out = []
        for number, case in enumerate(json.load(open(base + "/cases.json"))):
            folder = "%s/%d" % (base, number)
            os.makedirs(folder + "/www")
            address = folder + "/a"
            text = case["text"].replace("LISTEN", "unix:" + address).replace("OTHER", "unix:" + folder + "/b")
            temporary = "".join("%s_temp_path t;" % name for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            conf = ("daemon off; master_process off; pid p; error_log e;\nevents { worker_connections 32; }\n"
                    "http { %s access_log off; root %s/www;\n%s\n}\n" % (temporary, folder, text))
            open(folder + "/conf", "w").write(conf)
            quiet = subprocess.DEVNULL
            server = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c", folder + "/conf"], stdout=quiet, stderr=quiet)
            accepted = False
            for attempt in range(2000):
                if server.poll() is not None: break
                try:
                    with socket.socket(socket.AF_UNIX) as probe: probe.connect(address)
                    accepted = True
                    break
                except OSError: time.sleep(0.002)
            answers = []
            for host, path in case["requests"] if accepted else []:
                with socket.socket(socket.AF_UNIX) as client:
                    client.settimeout(5)
                    client.connect(address)
                    client.sendall(("GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (path, host)).encode())
                    data = b""
                    while True:
                        chunk = client.recv(65536)
                        if not chunk: break
                        data += chunk
                head = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
                answers.append([head[0].split(" ")[1]] + head[1:])
            server.kill()
            server.wait()
            error = open(folder + "/e").read() if os.path.exists(folder + "/e") else ""
            out.append(dict(accepted=accepted, error=error[:500], configuration=conf, answers=answers))
        json.dump(out, open(base + "/answers.json", "w"))
        """#
}
