// SPDX-License-Identifier: GPL-3.0-or-later

/// The order of Debian package versions, deb-version(7) "Sorting algorithm": −1, 0 or 1.
/// Text that is no valid version still has a place in the order, so that no input can fail.
public func compareDebianVersions(_ left: String, _ right: String) -> Int {
    let left = DebianVersion(left)
    let right = DebianVersion(right)
    let byEpoch = compareVersionParts(left.epoch, right.epoch)
    if byEpoch != 0 { return byEpoch }
    let byUpstream = compareVersionParts(left.upstream, right.upstream)
    return byUpstream != 0 ? byUpstream : compareVersionParts(left.revision, right.revision)
}

/// `[epoch:]upstream-version[-debian-revision]`: the first colon and the last hyphen divide.
private struct DebianVersion {
    var epoch: ArraySlice<UInt8> = []
    var upstream: ArraySlice<UInt8>
    var revision: ArraySlice<UInt8> = []

    init(_ text: String) {
        upstream = Array(text.utf8)[...]
        if let colon = upstream.firstIndex(of: UInt8(ascii: ":")) {
            epoch = upstream[..<colon]
            upstream = upstream[(colon + 1)...]
        }
        if let hyphen = upstream.lastIndex(of: UInt8(ascii: "-")) {
            revision = upstream[(hyphen + 1)...]
            upstream = upstream[..<hyphen]
        }
    }
}

/// Alternates a part without digits, compared letter by letter, and a part of digits, compared as a number.
private func compareVersionParts(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    var left = left
    var right = right
    while !left.isEmpty || !right.isEmpty {
        while startsBeforeDigit(left) || startsBeforeDigit(right) {
            let order = weight(left.first) - weight(right.first)
            if order != 0 { return order.signum() }
            left = left.dropFirst()
            right = right.dropFirst()
        }
        let leftNumber = takeNumber(&left)
        let rightNumber = takeNumber(&right)
        if leftNumber.count != rightNumber.count { return leftNumber.count < rightNumber.count ? -1 : 1 }
        for (a, b) in zip(leftNumber, rightNumber) where a != b { return a < b ? -1 : 1 }
    }
    return 0
}

private func startsBeforeDigit(_ part: ArraySlice<UInt8>) -> Bool {
    part.first.map { !isDigit($0) } ?? false
}

/// A tilde sorts before everything, even the end; letters before the rest.
private func weight(_ byte: UInt8?) -> Int {
    guard let byte, !isDigit(byte) else { return 0 }
    if byte == UInt8(ascii: "~") { return -1 }
    let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    return isLetter ? Int(byte) : Int(byte) + 256
}

/// The digits at the front, without leading zeros.
private func takeNumber(_ part: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = part.prefix(while: isDigit)
    part = part.dropFirst(digits.count)
    return digits.drop { $0 == UInt8(ascii: "0") }
}
