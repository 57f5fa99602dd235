// SPDX-License-Identifier: GPL-3.0-or-later

internal import CGuaita
public import Model

/// How a worker gives up every right it does not need, before it reads anything foreign.
public enum Sandbox {
    /// What a lowered process may still use.
    public struct Limits: Sendable {
        /// Memory of its own in bytes. Mapped files may take as much as `mappedBytes` beside it.
        public var memory: Int64
        /// The largest file it may write, in bytes.
        public var fileBytes: Int64 = 256 << 20
        /// Open files: those of a job, and twice those of a journal (`JournalFiles` opens 200 at most, libsystemd takes
        /// copies).
        public var openFiles = 1024
        /// Address space for mapped journal files: libsystemd keeps 64 windows of 8 MiB, and as many in use.
        public var mappedBytes: Int64 = 1 << 30

        /// Limits.
        public init(memory: Int64) { self.memory = memory }
    }

    /// Lowers this process, which must not have started a thread: closes every descriptor above `socket`, gives up
    /// capabilities, limits resources, allows no file, network or signal (landlock(7)), and of system calls only those
    /// of a process that reads what it is handed (seccomp(2)). There is no way back. What the kernel does not have or
    /// allow is said in the answer.
    public static func lower(_ limits: Limits, socket: Int32) -> SandboxReport {
        let memory = UInt64(clamping: limits.memory)
        var raw = guaita_limits(
            memory: memory,
            address_space: memory.addingReportingOverflow(UInt64(clamping: limits.mappedBytes)).partialValue,
            file: UInt64(clamping: limits.fileBytes), open_files: UInt64(clamping: limits.openFiles), socket: socket)
        let capacity = Int(guaita_measure_count)
        let measures = unsafe [guaita_measure](unsafeUninitializedCapacity: capacity) { buffer, count in
            // Writes at most `guaita_measure_count` and says how many.
            count = unsafe Int(guaita_lower(&raw, buffer.baseAddress))
        }
        return SandboxReport(measures: unsafe measures.map { unsafe measure($0) })
    }

    private static func measure(_ raw: guaita_measure) -> SandboxReport.Measure {
        // A literal of the C code, and an array that it ended with NUL.
        let name = unsafe String(cString: raw.name)
        let whyNot = unsafe withUnsafeBytes(of: raw.why_not) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return SandboxReport.Measure(name, whyNot: whyNot.isEmpty ? nil : whyNot)
    }
}
