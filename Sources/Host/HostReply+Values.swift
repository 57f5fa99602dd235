// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model
internal import Wire

extension HostError {
    func encode(_ writer: inout WireWriter) {
        switch self {
        case .notFound: writer.write(UInt8(0))
        case .permissionDenied: writer.write(UInt8(1))
        case .wrongKind(let kind):
            writer.write(UInt8(2))
            writer.write(kind.rawValue)
        case .tooLarge(let limit):
            writer.write(UInt8(3))
            writer.write(limit)
        case .tooManyEntries(let limit):
            writer.write(UInt8(4))
            writer.write(limit)
        case .tooManyLinks: writer.write(UInt8(5))
        case .pathTooLong: writer.write(UInt8(6))
        case .invalidPath: writer.write(UInt8(7))
        case .unavailable(let reason):
            writer.write(UInt8(8))
            writer.write(reason)
        case .system(let code, let message):
            writer.write(UInt8(9))
            writer.write(Int64(code))
            writer.write(message)
        }
    }

    init(_ reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .notFound
        case 1: self = .permissionDenied
        case 2: self = .wrongKind(try reader.alternative(FileKind.self))
        case 3: self = .tooLarge(limit: try reader.int())
        case 4: self = .tooManyEntries(limit: try reader.int())
        case 5: self = .tooManyLinks
        case 6: self = .pathTooLong
        case 7: self = .invalidPath
        case 8: self = .unavailable(try reader.string())
        case 9:
            guard let code = Int32(exactly: try reader.int64()) else { throw .malformed }
            self = .system(code, try reader.string())
        default: throw .malformed
        }
    }
}

extension FileStatus {
    /// Without the names of owner and group.
    func encode(_ writer: inout WireWriter) {
        writer.write(kind.rawValue)
        writer.write(mode) { $0.write(UInt64($1.bits)) }
        writer.write(ownerID) { $0.write(UInt64($1)) }
        writer.write(groupID) { $0.write(UInt64($1)) }
        writer.write(size)
        writer.write(modified) {
            $0.write($1.seconds)
            $0.write(Int64($1.nanoseconds))
        }
        writer.write(linkCount)
        writer.write(identity) {
            $0.write($1.device)
            $0.write($1.inode)
        }
    }

    init(_ reader: inout WireReader) throws(WireError) {
        self.init(
            kind: try reader.alternative(FileKind.self),
            mode: try reader.optional { (reader) throws(WireError) in
                FileMode(bits: try reader.number(UInt16.self))
            },
            ownerID: try reader.optional { (reader) throws(WireError) in try reader.number(UInt32.self) },
            groupID: try reader.optional { (reader) throws(WireError) in try reader.number(UInt32.self) },
            size: try reader.int64(),
            modified: try reader.optional { (reader) throws(WireError) in
                Timestamp(seconds: try reader.int64(), nanoseconds: try reader.number(Int32.self))
            },
            linkCount: try reader.int(),
            identity: try reader.optional { (reader) throws(WireError) in
                FileIdentity(device: try reader.uint64(), inode: try reader.uint64())
            })
    }
}

extension WireReader {
    /// A narrower number, written as eight bytes.
    fileprivate mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(WireError) -> Number {
        guard let number = Number(exactly: try int64()) else { throw .malformed }
        return number
    }
}
