import Foundation
import Testing

/// The real relay as a process of its own, on a free port with an empty folder. `SATCHEL_RELAY_BIN` says where its program lies.
final class RelayProcess: @unchecked Sendable {
    let url: String
    private let process = Process()
    private let folder: Folder

    init(folder: Folder = try! Folder(), listen: String = "127.0.0.1:0") throws {
        self.folder = folder
        let program = try #require(ProcessInfo.processInfo.environment["SATCHEL_RELAY_BIN"], "SATCHEL_RELAY_BIN names the relay")
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--data", folder.url.path, "--listen", listen]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) { line += byte }
        url = String(decoding: line, as: UTF8.self).split(separator: " ").last.map(String.init) ?? ""
        try #require(url.hasPrefix("http://"), "the relay says where it listens")
    }

    deinit { stop() }

    func stop() {
        guard process.isRunning else { return }
        // `waitUntilExit` turns the run loop of a thread that may have none.
        kill(process.processIdentifier, SIGKILL)
        for _ in 0..<100 where process.isRunning { Thread.sleep(forTimeInterval: 0.01) }
    }
}
