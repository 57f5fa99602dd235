// SPDX-License-Identifier: GPL-3.0-or-later

internal import CGuaita
internal import Glibc

/// An open file that can be handed to another process; closed with its last owner.
///
/// It is read by offsets, so that processes that share it do not move each other's place in it.
public final class OpenFile: Sendable {
    let descriptor: Descriptor

    /// The descriptor. It stays this object's own.
    public var raw: Int32 { descriptor.raw }

    /// Takes over a descriptor.
    public init(raw: Int32) { descriptor = Descriptor(owning: raw) }

    init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    /// A file without a name in memory (memfd_create(2)), to be filled and then sealed. The name is for people who look
    /// at /proc.
    public static func memory(named name: String) throws(HostError) -> OpenFile {
        // The name is copied to C for the call.
        let result = unsafe guaita_memory_file(name)
        guard result >= 0 else { throw HostError(errno: -result) }
        return OpenFile(raw: result)
    }

    /// From now on nobody can change the file, whoever holds it. Throws where somebody has it mapped for writing, or it
    /// is not in memory.
    public func seal() throws(HostError) {
        let result = guaita_seal(raw)
        guard result == 0 else { throw HostError(errno: -result) }
    }

    /// What fstat(2) says, without the names of owner and group.
    public func status() throws(HostError) -> FileStatus { try FileStatus(descriptor.stat()) }

    /// Up to `count` bytes from `offset` on; fewer only where the file ends.
    public func read(at offset: Int64, count: Int) throws(HostError) -> [UInt8] {
        let (end, overflow) = offset.addingReportingOverflow(Int64(count))
        guard offset >= 0, count >= 0, !overflow, end >= 0 else { throw HostError(errno: EINVAL) }
        return try descriptor.read(atMost: count, at: offset)
    }

    /// All bytes; throws `.tooLarge` where there are more than `limit`.
    public func readAll(limit: Int) throws(HostError) -> [UInt8] {
        let size = try status().size
        guard size <= limit else { throw .tooLarge(limit: limit) }
        return try read(at: 0, count: Int(clamping: size))
    }

    /// Writes at the end of what was written before.
    public func write(_ bytes: [UInt8]) throws(HostError) {
        var written = 0
        while written < bytes.count {
            let result = unsafe bytes.withUnsafeBytes { buffer in
                // Reads at most what is left of the buffer and says how much.
                unsafe Glibc.write(raw, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            if result >= 0 {
                written += result
            } else if errno != EINTR {
                throw HostError(errno: errno)
            }
        }
    }
}
