// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Jobs
import Model
import Wire

/// Any packet: each side hears it or refuses it, and what was heard is said again in bytes that are heard the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    if let message = try? WorkerMessage(packet: bytes) {
        precondition((try? WorkerMessage(packet: message.packet)) == message)
    }
    if let message = try? BrokerMessage(packet: bytes) {
        precondition((try? BrokerMessage(packet: message.packet)) == message)
    }
    if let summary = try? ScanSummary(wire: bytes) { precondition(summary.wire == bytes) }
    if let request = try? HostRequest(packet: bytes) {
        precondition((try? HostRequest(packet: request.packet)) == request)
    }
    _ = try? HostReply(packet: Channel.Packet(bytes: bytes))
    return 0
}
