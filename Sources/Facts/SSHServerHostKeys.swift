// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model

/// The files HostKey names. The private key itself is never read: its kind is told by the public key beside it.
enum SSHServerHostKeys {
    static func list(_ setting: SSHServerModel.Effective?, _ collection: Collection) -> Value {
        guard let setting else { return .absent }
        let source = collection.source(setting.source)
        if let reason = setting.unknown { return .unknown("sshd.host_keys", reason, source) }
        return .list(setting.words.filter { $0.text != "none" }.map { record($0.text, collection) }, source)
    }

    private static func record(_ path: String, _ collection: Collection) -> Value {
        let source = collection.source(path, means: .file)
        var fields: [String: Value] = ["path": .string(path, source)]
        do throws(HostError) {
            let status = try collection.host.status(path)
            fields["exists"] = .bool(true, source)
            let reason = "this host does not say"
            fields["mode"] = status.mode.map { .mode($0, source) } ?? .unknown("sshd.host_keys.mode", reason, source)
            fields["owner"] =
                status.owner.map { .string($0, source) } ?? .unknown("sshd.host_keys.owner", reason, source)
            fields["group"] =
                status.group.map { .string($0, source) } ?? .unknown("sshd.host_keys.group", reason, source)
        } catch {
            if error == .notFound {
                fields["exists"] = .bool(false, source)
            } else {
                for name in ["exists", "mode", "owner", "group"] {
                    fields[name] = .unknown("sshd.host_keys.\(name)", "\(path): \(error.description)", source)
                }
            }
        }
        if let (type, bits) = publicKey(path + ".pub", collection) {
            let place = collection.source(path + ".pub", 1, column: 1, text: type)
            fields["type"] = .string(type, place)
            fields["bits"] = bits.map { .int($0, place) }
        }
        return .record(Record(SSHServerSchema.hostKey, fields), source)
    }

    /// `type base64 comment` on the first line.
    private static func publicKey(_ path: String, _ collection: Collection) -> (String, Int?)? {
        guard let bytes = try? collection.host.read(path, limit: 64 << 10).bytes else { return nil }
        let words = bytes.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
        guard words.count > 1 else { return nil }
        let type = String(decoding: words[0], as: UTF8.self)
        return (type, type == "ssh-rsa" ? modulusBits(base64(words[1])) : nil)
    }

    /// RFC 4253 section 6.6: string "ssh-rsa", mpint e, mpint n, each after its length in four bytes.
    private static func modulusBits(_ blob: [UInt8]) -> Int? {
        var rest = blob[...]
        var field: ArraySlice<UInt8> = []
        for _ in 0..<3 {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard length <= rest.count else { return nil }
            field = rest.prefix(length)
            rest = rest.dropFirst(length)
        }
        let modulus = field.drop { $0 == 0 }
        guard let first = modulus.first else { return nil }
        return modulus.count * 8 - first.leadingZeroBitCount
    }

    private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in text {
            guard let value = alphabet.firstIndex(of: byte) else { break }
            buffer = (buffer << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return result
    }
}
