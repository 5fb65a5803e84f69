import Foundation

/// The test program of `bindings/NAMES.md`: one person, one line a step. Its only argument is the vault's folder.
@main
struct DoctorMain {
    static func main() async {
        guard CommandLine.arguments.count == 2 else {
            FileHandle.standardError.write(Data("DoctorMain FOLDER\n".utf8))
            exit(2)
        }
        let player = await Player(URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true))
        let running = Running()
        let (lines, feed) = AsyncStream<String>.makeStream()
        Thread.detachNewThread {
            while let line = readLine() {
                // Read while an action runs, and never answered.
                if Line(line)?.action == "cancel" { running.cancel() } else { feed.yield(line) }
            }
            feed.finish()
        }
        for await text in lines {
            let answer: Data
            if let line = Line(text) {
                let action = Task { await player.answer(line) }
                running.begin(action)
                answer = await action.value
                running.end()
            } else {
                answer = Data(#"{"error":"main.line"}"#.utf8)
            }
            FileHandle.standardOutput.write(answer + Data("\n".utf8))
        }
    }
}

/// The action that is under way.
private final class Running: @unchecked Sendable {
    private let lock = NSLock()
    private var action: Task<Data, Never>?

    func begin(_ task: Task<Data, Never>) { lock.withLock { action = task } }
    func end() { lock.withLock { action = nil } }
    func cancel() { lock.withLock { action?.cancel() } }
}
