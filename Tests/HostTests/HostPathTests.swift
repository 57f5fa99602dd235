// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Testing

@Suite("Paths as text")
struct HostPathTests {
    @Test(arguments: [
        ("b", "/a", "/a/b"), ("/b", "/a", "/b"), ("../b/./c", "/a", "/b/c"), ("../../..", "/a", "/"), ("", "/a", "/a"),
        ("/", "/a", "/"), ("b//c/", "/", "/b/c"),
    ])
    func absolute(path: String, directory: String, expected: String) {
        #expect(HostPath.absolute(path, in: directory) == expected)
    }

    @Test(arguments: [("/a/b", "/a", "b"), ("/a", "/", "a"), ("/", "/", "")])
    func parts(path: String, parent: String, name: String) {
        #expect(HostPath.parent(of: path) == parent)
        #expect(HostPath.name(of: path) == name)
    }
}
