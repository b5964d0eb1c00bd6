"""The command line.

main      the commands and their options; commands: those that look at models or compare them
train     `lacuna train`
options   options made from the fields of configurations
console   progress bars, and Ctrl-C as a request to stop
"""
