// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import TestSupport
import Testing

/// What is not that of every directory (`DirectoryTests`).
@Suite("A tree as a host")
struct TreeHostTests {
    let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    @Test("a tree does not know how full its filesystems were")
    func usage() throws {
        #expect(throws: HostError.unavailable("a tree does not say how full its filesystems were")) {
            try TreeHost(root: tree.root).usage(ofFilesystemAt: "/")
        }
    }

    @Test("a root that is not there or is a file is an error at once")
    func roots() throws {
        try tree.file("/f")
        #expect(throws: HostError.notFound) { try TreeHost(root: tree.root + "/none") }
        #expect(throws: HostError.notFound) { try TreeHost(root: tree.root + "/f") }
    }
}
