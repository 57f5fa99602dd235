// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Host
import Model
import TestSupport
import Testing

@testable import Facts

/// `GUAITA_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter NginxSpeed` prints CPU time for 200,000 lines.
@Suite struct NginxSpeedTests {
    /// Sites with a socket, an upstream and locations each.
    private func host(lines: Int) -> MemoryHost {
        var text = "events {}\nhttp {\nadd_header X-A b;\n"
        var count = 3
        var site = 0
        while count < lines {
            site += 1
            text += "upstream u\(site) {\nserver 127.0.0.1:\(site % 60000 + 1);\nkeepalive 8;\n}\nserver {\n"
            text +=
                "listen 127.\(site >> 16 & 255).\(site >> 8 & 255).\(site & 255):443 ssl;\nserver_name s\(site).org;\n"
            text +=
                "location / {\nproxy_pass http://u\(site);\nproxy_set_header Host $host;\nproxy_read_timeout 9s;\n}\n"
            text +=
                "location ~ \\.php$ {\nreturn 404;\n}\nlocation /static/ {\nexpires 1d;\nalias /srv/\(site)/;\n}\n}\n"
            count += 20
        }
        return MemoryHost(files: ["/etc/nginx/nginx.conf": text + "}\n"])
    }

    private func seconds(lines: Int) -> Double {
        let host = host(lines: lines)
        let start = threadSeconds()
        let values = NginxCollector().collect(Collection(host: host, now: Timestamp(seconds: 0)))
        #expect(values.count == 1)
        return threadSeconds() - start
    }

    /// CPU time of this thread alone: other tests run beside it.
    private func threadSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Linear: eight times as long takes eight times the time; what is quadratic takes sixty-four times it.
    /// The bar lies between them, far from both: what runs beside takes the processor's cache, up to twice the time.
    @Test func eightTimesTheLinesTakeEightTimesTheTime() {
        _ = seconds(lines: 2000)
        let short = min(seconds(lines: 8000), seconds(lines: 8000))
        let long = seconds(lines: 64_000)
        print("nginx: 8,000 lines \(short) s, 64,000 lines \(long) s of CPU time")
        #expect(long < 24 * short)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["GUAITA_BENCH"] == "1", "wants GUAITA_BENCH=1"))
    func twoHundredThousandLines() {
        let best = (0..<3).map { _ in seconds(lines: 200_000) }.min() ?? 0
        print("nginx: 200,000 lines \(best) s of CPU time")
    }
}
