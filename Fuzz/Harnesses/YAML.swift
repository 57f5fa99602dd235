// SPDX-License-Identifier: GPL-3.0-or-later
// Seeds: rules/**/*.yaml

import YAML

/// Any bytes: parsing ends, with trees inside the limits, and every problem can be shown.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let (documents, problems) = YAML.parse(bytes)
    for problem in problems {
        precondition(problem.line >= 1 && problem.column >= 1)
        _ = problem.rendered(file: "input", source: bytes)
    }
    for document in documents {
        var decoder = Decoder()
        if let mapping = decoder.mapping(document, known: ["id", "tests"]) {
            _ = decoder.field("id", of: mapping) { $0.string($1) }
            _ = decoder.field("tests", of: mapping) { $0.strings($1) }
        }
    }
    return 0
}
