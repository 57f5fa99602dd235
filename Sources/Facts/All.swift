// SPDX-License-Identifier: GPL-3.0-or-later

/// Every collector there is, in an order in which each finds what it needs already collected. A test compares this
/// list with the folder.
public let allCollectors: [any Collector] = [
    KernelParametersCollector(),
    AccountsCollector(),
    FilesCollector(),
    CertificatesCollector(),
    OperatingSystemCollector(),
    PackagesCollector(),
    MemoryCollector(),
    ProcessorsCollector(),
    PressureCollector(),
    MountsCollector(),
    KernelLimitsCollector(),
    UnitsCollector(),
    SystemdProgramsCollector(),
    TimeCollector(),
    RootFilesCollector(),
    LedgerCollector(),
    LogsCollector(),
    SSHServerCollector(),
    PostgreSQLCollector(),
    SudoCollector(),
    NginxCollector(),
    APTCollector(),
    RedisCollector(),
    PAMCollector(),
    PostfixCollector(),
    FirewallCollector(),
]
