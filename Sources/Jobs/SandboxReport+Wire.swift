// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
public import Wire

extension SandboxReport: WireCodable {
    /// Writes the measures.
    public func write(to writer: inout WireWriter) { measures.write(to: &writer) }

    /// Reads the measures.
    public init(from reader: inout WireReader) throws(WireError) { self.init(measures: try reader.next()) }
}

extension SandboxReport.Measure: WireCodable {
    /// Writes name and reason.
    public func write(to writer: inout WireWriter) {
        writer.write(name)
        whyNot.write(to: &writer)
    }

    /// Reads name and reason.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(try reader.next(), whyNot: try reader.next())
    }
}
