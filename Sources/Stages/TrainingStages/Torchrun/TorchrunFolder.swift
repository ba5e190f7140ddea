private import CTorchrun
internal import Files
internal import StageKit
internal import TextBasics

/// What a folder needs beside the training itself so that it can be carried to another machine and started there: the
/// Python package, the scripts that start it, and a page that says how.
struct TorchrunFolder {
    /// Absolute.
    let path: String
    let engine: TorchrunEngine
    /// Threads of each process.
    let threads: Int

    static let script = "run.sh"
    static let job = "job.sbatch"
    static let jobLog = "job.log"

    /// Writes it all; what is there is replaced.
    func write() throws {
        try Disk.makeFolder(path + "/splitvote_torchrun")
        for file in Self.package { try DurableFile.write(file.bytes, to: path + "/" + file.name) }
        for (name, text) in [
            (Self.script, runScript), (Self.job, jobScript), ("README.md", readme),
        ] { try DurableFile.write(text.utf8, to: path + "/" + name) }
    }

    /// The files of `python/` that the program carries.
    static var package: [(name: String, bytes: [UInt8])] {
        var files: [(name: String, bytes: [UInt8])] = []
        while let file = splitvote_torchrun_file_at(files.count)?.pointee {
            files.append(
                (
                    String(cString: file.name),
                    Array(UnsafeBufferPointer(start: file.bytes, count: file.length))
                ))
        }
        return files
    }

    /// Variables of every process: repeatable products on GPUs, nothing fetched, no warning about how gradients are kept.
    private var variables: String {
        """
        export OMP_NUM_THREADS="${OMP_NUM_THREADS:-\(threads)}" CUBLAS_WORKSPACE_CONFIG=:4096:8
        export HF_HUB_OFFLINE=1 PYTHONDONTWRITEBYTECODE=1 TORCH_CPP_LOG_LEVEL=ERROR
        """
    }

    private var runScript: String {
        """
        #!/bin/sh
        # Trains on this machine, and continues where it was stopped: sh run.sh
        # PYTHON and PROCESSES stand for another Python and another number of processes.
        set -eu
        cd "$(dirname "$0")"
        python="${PYTHON:-\(engine.python)}"
        processes="${PROCESSES:-\(engine.processes)}"
        \(variables)
        "$python" -m splitvote_torchrun --check .
        # What the command torchrun does, by the Python that was named.
        exec "$python" -m torch.distributed.run --standalone --nproc_per_node="$processes" -m splitvote_torchrun .

        """
    }

    private var jobScript: String {
        """
        #!/bin/sh
        #SBATCH --job-name=splitvote-train
        #SBATCH --nodes=1
        #SBATCH --ntasks-per-node=1
        #SBATCH --cpus-per-task=\(threads * engine.processes)
        #SBATCH --output=\(Self.jobLog)
        #SBATCH --open-mode=append
        # Trains on nodes of a Slurm cluster that share this folder: sbatch job.sbatch
        # More nodes and GPUs: sbatch --nodes=2 --gpus-per-node=4 job.sbatch, with PROCESSES=8 for all of them together.
        set -eu
        cd "${SLURM_SUBMIT_DIR:-.}"
        python="${PYTHON:-\(engine.python)}"
        nodes="${SLURM_JOB_NUM_NODES:-1}"
        processes="$((${PROCESSES:-\(engine.processes)} / nodes))"
        \(variables)
        "$python" -m splitvote_torchrun --check .
        first="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"
        exec srun --ntasks-per-node=1 "$python" -m torch.distributed.run --nnodes="$nodes" \\
            --nproc_per_node="$processes" --rdzv_id="$SLURM_JOB_ID" --rdzv_backend=c10d \\
            --rdzv_endpoint="$first:$((20000 + SLURM_JOB_ID % 20000))" -m splitvote_torchrun .

        """
    }

    private var readme: String {
        """
        # A training by splitvote, for PyTorch

        Everything that the training needs is in this folder. It may be copied to a machine with GPUs:

            python3 -m pip install -r requirements.txt
            sh run.sh

        A training that was stopped or killed continues when it is started again. `out` appears when it is done. Copy `out`
        back to where splitvote made the folder and run splitvote again: it checks what came back, scores it once more, and
        continues.

        - `shards`, `init`, `settings.json`: rows, start and settings. They belong together; change none of them.
        - `splitvote_torchrun`: the program. `run.sh` starts it here, `job.sbatch` on a Slurm cluster.
        - `state`: checkpoints. Remove it to start over.

        """
    }
}
