// SPDX-License-Identifier: GPL-3.0-or-later

import CZlib

/// Inflates a gzip file (RFC 1952) in chunks, however many members it has, within bounds.
@safe public struct GzipReader: ~Copyable {
    /// Why inflation ended before the file did.
    public enum Failure: Error, Sendable, Hashable {
        /// Not gzip, or damaged.
        case damaged
        /// More than `bytes` came out.
        case tooLarge(bytes: Int64)
        /// More than `ratio` bytes came out of each that went in: a bomb.
        case tooDense(ratio: Int)
        /// zlib had no memory.
        case outOfMemory
    }

    /// Deflate cannot do better than 1032:1 (zlib's "Technical Details"); logs are near 10:1.
    public static let densest = 200
    /// What comes out before density is looked at: a short log of equal lines is dense too.
    private static let smallest: Int64 = 16 << 20
    private static let chunk = 256 << 10

    private let stream: UnsafeMutablePointer<z_stream>
    private let limit: Int64
    private var read: Int64 = 0
    private var written: Int64 = 0
    private var memberHasEnded = true
    private var isUsable: Bool

    /// A reader that gives at most `limit` bytes.
    public init(limit: Int64) {
        self.limit = limit
        // Owned by this value, which cannot be copied, and freed in its deinit.
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, 16 more ask for the gzip wrapper (zlib.h, inflateInit2).
        isUsable =
            unsafe inflateInit2_(
                stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        // Also right where inflateInit2_ failed: the state is then nil and inflateEnd says Z_STREAM_ERROR.
        _ = unsafe inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Inflates the next bytes of the file and hands over what comes out; `body` answers false to stop. False when it
    /// did.
    public mutating func feed(_ input: [UInt8], _ body: ([UInt8]) -> Bool) throws(Failure) -> Bool {
        guard isUsable else { throw .outOfMemory }
        var offset = 0
        var outputWasFull = false
        while offset < input.count || outputWasFull {
            let (consumed, output, status) = inflate(input, from: offset)
            offset += consumed
            read += Int64(consumed)
            written += Int64(output.count)
            switch status {
            case Z_OK, Z_BUF_ERROR: memberHasEnded = false
            case Z_STREAM_END:
                memberHasEnded = true
                // The stream is this value's own and initialised.
                _ = unsafe inflateReset(stream)
            case Z_MEM_ERROR: throw .outOfMemory
            default:
                // Bytes after a whole member that are no member are padding (gzip(1) warns and goes on).
                if memberHasEnded && written > 0 { return true }
                throw .damaged
            }
            if !output.isEmpty, !body(output) { return false }
            if written > limit { throw .tooLarge(bytes: limit) }
            if written > Self.smallest, written / Int64(Self.densest) > read { throw .tooDense(ratio: Self.densest) }
            outputWasFull = output.count == Self.chunk
            if consumed == 0 && output.isEmpty { break }
        }
        return true
    }

    /// True when the file ended where a member ends; false for a file that was cut short.
    public var isComplete: Bool { memberHasEnded && read > 0 }

    private func inflate(_ input: [UInt8], from offset: Int) -> (consumed: Int, output: [UInt8], status: Int32) {
        var status: Int32 = Z_OK
        var consumed = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunk) { output, count in
            unsafe input.withUnsafeBufferPointer { source in
                let available = min(source.count - offset, 1 << 30)
                // zlib reads `available` bytes from inside `source` and writes at most the capacity; it never writes to
                // next_in, whose type is only not const for compilers of old.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.baseAddress.map { unsafe $0 + offset })
                unsafe stream.pointee.avail_in = UInt32(clamping: available)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
                status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                consumed = unsafe available - Int(stream.pointee.avail_in)
                count = unsafe output.count - Int(stream.pointee.avail_out)
            }
        }
        return (consumed, output, status)
    }
}

extension GzipReader.Failure {
    /// In words, to stand after the file's path.
    public var description: String {
        switch self {
        case .damaged: "not a gzip file, or a damaged one"
        case .tooLarge(let bytes): "more than \(bytes) bytes when decompressed"
        case .tooDense(let ratio): "decompresses to more than \(ratio) times its size"
        case .outOfMemory: "no memory to decompress it"
        }
    }
}
