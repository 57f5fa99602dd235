// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// The real nginx: each configuration is served from a directory of its own on sockets there, and asked over HTTP. Nothing
/// listens on the network, and each server is ended by its process id.
struct NginxOracle {
    /// A configuration's `http` content, with LISTEN and OTHER for two sockets and BACK for that of an application that tells
    /// what it got, and requests to the first: host, path, and the size of a body where one is sent.
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
        import json, os, socket, subprocess, sys, threading, time
        base = sys.argv[1]
        out = []
        back = socket.socket(socket.AF_UNIX)
        back.bind(base + "/back")
        back.listen(16)
        os.chmod(base, 0o755)
        os.chmod(base + "/back", 0o777)
        def echo():
            while True:
                client = back.accept()[0]
                data = b""
                while b"\r\n\r\n" not in data:
                    chunk = client.recv(65536)
                    if not chunk: break
                    data += chunk
                lines = data.split(b"\r\n\r\n")[0].split(b"\r\n")
                told = b"".join(b"Back-" + line + b"\r\n" for line in lines[1:])
                client.sendall(b"HTTP/1.0 200 OK\r\nBack: " + lines[0].split(b" ")[1] + b"\r\n" + told + b"\r\n")
                client.close()
        threading.Thread(target=echo, daemon=True).start()
        for number, case in enumerate(json.load(open(base + "/cases.json"))):
            folder = "%s/%d" % (base, number)
            os.makedirs(folder + "/www")
            address = folder + "/a"
            text = case["text"].replace("LISTEN", "unix:" + address).replace("OTHER", "unix:" + folder + "/b")
            text = text.replace("BACK", "unix:" + base + "/back")
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
            for host, path, *size in case["requests"] if accepted else []:
                with socket.socket(socket.AF_UNIX) as client:
                    client.settimeout(5)
                    client.connect(address)
                    body = int(size[0]) if size else 0
                    length = "Content-Length: %d\r\n" % body if body else ""
                    client.sendall(("GET %s HTTP/1.0\r\nHost: %s\r\n%s\r\n" % (path, host, length)).encode() + b"x" * body)
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
