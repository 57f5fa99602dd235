// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model

/// A small file of proc or sys and what it means when it cannot be had. On a running kernel a file that is not there
/// says that the kernel has no such thing; in a tree it says nothing at all.
struct ProcFile {
    /// Where.
    let path: String
    /// What was read.
    let content: Content

    /// What was read.
    enum Content {
        case bytes([UInt8])
        /// The running kernel does not have it.
        case absent
        /// It could not be had, and why.
        case unknown(String)
    }

    /// Reads at most 4 MiB.
    init(_ path: String, _ collection: Collection) {
        self.path = path
        do throws(HostError) {
            content = .bytes(try collection.host.read(path, limit: 4 << 20).bytes)
        } catch .notFound {
            content = collection.host.isLive ? .absent : .unknown("no \(path) in this tree")
        } catch {
            content = .unknown("\(path): \(error.description)")
        }
    }

    /// The bytes, where there are any.
    var bytes: [UInt8]? { if case .bytes(let bytes) = content { bytes } else { nil } }

    /// Why there are no bytes.
    var reason: String {
        switch content {
        case .bytes: "\(path): not in the form proc(5) describes"
        case .absent: "\(path) is not there"
        case .unknown(let reason): reason
        }
    }

    /// The value of a field read from it: what `parse` makes of the bytes; absent where the kernel does not have it;
    /// unknown otherwise, also when the bytes make no sense.
    func value(_ fact: String, _ parse: ([UInt8]) -> Value?) -> Value {
        switch content {
        case .bytes(let bytes): parse(bytes) ?? .unknown(fact, reason)
        case .absent: .absent
        case .unknown(let reason): .unknown(fact, reason)
        }
    }

    /// Its whitespace-separated numbers; nil when one is none.
    static func numbers(_ bytes: [UInt8]) -> [Int64]? {
        let words = bytes.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
        let numbers = words.compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        return numbers.count == words.count && !numbers.isEmpty ? numbers : nil
    }

    /// A file that holds one number, as a field.
    static func number(_ path: String, _ fact: String, _ collection: Collection) -> Value {
        ProcFile(path, collection).value(fact) { bytes in
            numbers(bytes)?.first.map { .int($0, collection.source(path, 1, means: .live)) }
        }
    }
}
