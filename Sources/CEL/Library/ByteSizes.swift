// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Library {
    /// Numbers of bytes.
    static let byteSizes: [Overload] = [
        .of(
            "bytesize",
            "A number of bytes: `bytesize('256MiB')`, `'1.5 GiB'`, `'4096'`. KiB, MiB … count in 1024 (IEC 80000-13); "
                + "kB, KB, MB … in 1000."
        ) { (text: String) throws(Failure) in
            guard let size = ByteSize(text: text) else { throw Failure("invalid size: \(excerpt(text))") }
            return size
        },
        .of("bytesize", "So many bytes.") { (count: Int64) throws(Failure) in ByteSize(count) },
        .of("bytesize", "The value itself.") { (size: ByteSize) throws(Failure) in size },
        .of("string", "In the largest binary unit that needs no rounding: `256 MiB`, `1536 B` as `1.5 KiB`.") {
            (size: ByteSize) throws(Failure) in size.text
        },
    ]
}
