// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// A directory of the test's own, gone with its last owner.
public final class TemporaryTree: Sendable {
    /// Its path.
    public let root: String

    /// An empty directory.
    public init() throws {
        root = FileManager.default.temporaryDirectory.path + "/guaita-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: root)
        } catch {
            print("\(root) could not be removed: \(error)")
        }
    }

    /// A file with this text; directories above it come by themselves.
    public func file(_ path: String, _ text: String = "", mode: Int = 0o644) throws {
        try file(path, Array(text.utf8), mode: mode)
    }

    /// A file with these bytes.
    public func file(_ path: String, _ bytes: [UInt8], mode: Int = 0o644) throws {
        try directory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try Data(bytes).write(to: URL(fileURLWithPath: root + path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: root + path)
    }

    /// A directory and those above it.
    public func directory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: root + path, withIntermediateDirectories: true)
    }

    /// A symbolic link.
    public func link(_ path: String, to target: String) throws {
        try directory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try FileManager.default.createSymbolicLink(atPath: root + path, withDestinationPath: target)
    }
}
