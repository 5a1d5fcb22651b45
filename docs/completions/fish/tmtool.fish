# Completion of tmtool for fish: the program itself knows what may come.
function __tmtool_candidates
    set -l words (commandline -opc)
    for line in (tmtool --complete $words[2..-1] 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c tmtool -f -a '(__tmtool_candidates)'
