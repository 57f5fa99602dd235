// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
public import Wire

/// What is in the file `result` after a scan.
public struct ScanResult: WireCodable {
    /// The scan in short.
    public var summary: ScanSummary
    /// report.json, to be written as it is.
    public var report: [UInt8]

    /// A result.
    public init(summary: ScanSummary, report: [UInt8]) {
        self.summary = summary
        self.report = report
    }

    /// Writes both.
    public func write(to writer: inout WireWriter) {
        summary.write(to: &writer)
        writer.write(report)
    }

    /// Reads both.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(summary: try reader.next(), report: try reader.byteArray())
    }
}
